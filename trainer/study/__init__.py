"""Ways of transfer compared on farm after farm: arms, farms, label counts, seeds."""
