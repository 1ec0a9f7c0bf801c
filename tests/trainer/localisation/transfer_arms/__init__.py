"""Ways from a library and a few labels to a farm's model."""
