"""From a trained module to files that other runtimes run, proved equal first."""
