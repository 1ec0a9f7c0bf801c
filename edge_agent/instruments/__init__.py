"""What spectrometers write, and one that is simulated by replaying recorded scans."""
