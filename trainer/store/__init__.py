"""What the cloud has received, kept once and for good."""
