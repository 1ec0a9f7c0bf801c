"""Networks for series, asked what they promise."""
