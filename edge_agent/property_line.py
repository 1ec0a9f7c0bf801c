"""One soil property of one scan, as a line for a person or a program.

What `readings` tells of kept scans and `predict` of files is the same.
"""

import msgspec


class PropertyLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a model says of one property of one soil."""

    sample: str
    target: str
    value: float
    low: float
    high: float
    unit: str
    novelty: float
    flagged: bool
    model: str
