"""What the device has seen and said, kept until the cloud has it, and after."""
