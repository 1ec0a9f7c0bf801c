"""Series of places: in memory, on disk, split, and where their pixels lie."""
