"""RS-Local: which soils of a library help to tell a farm's, found by resampling."""
