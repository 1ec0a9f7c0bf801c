"""What is learned from a library once, and handed on with or without its soils."""
