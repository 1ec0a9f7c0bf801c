"""Ways of transfer compared on farm after farm."""
