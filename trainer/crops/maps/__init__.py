"""Maps over space and time: rasters, tables with geometry, and a page for people."""
