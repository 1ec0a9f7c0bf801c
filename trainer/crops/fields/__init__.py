"""From pixels to fields, and to how much of a crop there is in a region."""
