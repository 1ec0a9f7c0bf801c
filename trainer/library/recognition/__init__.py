"""What a column of numbers is, told from its name, range and shape, or not at all."""
