"""Think global, fit local: from a library and a farm's labels to the farm's model."""
