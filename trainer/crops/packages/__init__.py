"""From a crop model to the package that a farm's gateway asks about its fields."""
