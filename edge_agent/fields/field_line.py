"""What is told of a field, or why nothing is: lines for a person or a program."""

import msgspec


class FieldLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a model says grows on a field, from all that was seen until a date.

    Attributes:
        field: Which one.
        date: Of the prediction.
        crop: The likeliest class.
        probability, low, high: Of it, and the interval of that probability.
        crops: The classes that hold the true one as often as the manifest says.
        novelty: How foreign the field is to the model.
        flagged: Whether it is too foreign to be believed.
        places: How many of its places were asked.
        days_seen: On how many days something was seen of it.
        model: The digest of the package.
    """

    field: str
    date: str
    crop: str
    probability: float
    low: float
    high: float
    crops: tuple[str, ...]
    novelty: float
    flagged: bool
    places: int
    days_seen: int
    model: str


class RefusedField(msgspec.Struct, frozen=True, kw_only=True):
    """A field of which nothing can be told."""

    field: str
    refusal: str


class RefusedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a file that cannot be read; 0 is the whole file."""

    file: str
    line: int
    refusal: str
