"""What a device installs and nothing else: environments of their own, made by tests."""
