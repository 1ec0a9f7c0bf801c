"""How well crops are told on each date of the season, and when it is early enough."""
