"""Pure rules that say what a column is, each with its evidence."""
