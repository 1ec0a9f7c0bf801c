"""One farm's season in three minutes: the whole loop on real soils, measured.

Nothing here decides what the numbers are. The demonstration starts the real programs,
replays recorded scans of one farm through them, enters the farm's own laboratory values
a few at a time, and compares what the device says with what the laboratory found on
soils whose values it never gave away.
"""
