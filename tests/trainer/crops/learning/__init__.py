"""Learning from series, asked what it promises."""
