"""From long tables of satellite observations and labels to series of places."""
