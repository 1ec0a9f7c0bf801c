"""From a fitted model to the package that a farm's devices install."""
