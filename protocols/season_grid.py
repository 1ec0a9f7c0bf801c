"""The season that a crop model looks at: which channels, in which stretches of days.

Observations of a place come when a satellite passed and no cloud was in the way. They
are put into buckets of some days, one observation a bucket, and what was
not seen is said to be missing: nothing is filled in. Each bucket keeps the day on which
it was seen.

Days are counted from 1 January of the year of the harvest, which is day 0; those of the
autumn before are negative.
"""

from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from protocols.limits import MAX_CHANNELS, MAX_STEPS

ChannelName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")]
ChannelUnit = Annotated[str, msgspec.Meta(min_length=1, max_length=16)]


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """One number that is observed, such as a band of Sentinel-2.

    Attributes:
        name: `S2-B04`, `S1-VH`, `temperature`.
        unit: `1` for reflectance as a fraction, `dB`, `degC`, `mm/d`, `m`.
    """

    name: ChannelName
    unit: ChannelUnit


class SeasonGrid(msgspec.Struct, frozen=True, kw_only=True):
    """Buckets of days, and what is observed in each.

    Attributes:
        first_day: Where the first bucket begins; nothing where the buckets end with
            the day of prediction, and so move along with the season.
        bucket_days: How many days a bucket has.
        steps: How many buckets there are.
        channels: What is observed.
    """

    first_day: int | None
    bucket_days: Annotated[int, msgspec.Meta(ge=1, le=366)]
    steps: Annotated[int, msgspec.Meta(ge=1, le=MAX_STEPS)]
    channels: Annotated[
        tuple[Channel, ...], msgspec.Meta(min_length=1, max_length=MAX_CHANNELS)
    ]

    def first_day_until(self, day: int) -> int:
        """Return where the first bucket begins for a prediction on `day`."""
        if self.first_day is not None:
            return self.first_day
        return day + 1 - self.bucket_days * self.steps

    def middles(self, first_day: int) -> NDArray[np.float32]:
        """Return the day in the middle of every bucket: that of one with nothing in."""
        begins = first_day + self.bucket_days * np.arange(self.steps)
        middles: NDArray[np.float32] = begins.astype(np.float32)
        return middles + np.float32((self.bucket_days - 1) / 2)
