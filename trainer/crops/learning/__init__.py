"""Learning from series: parts, batches, losses and runs, with or without labels."""
