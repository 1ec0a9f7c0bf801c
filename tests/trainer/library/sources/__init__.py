"""Sources that a library is imported from."""
