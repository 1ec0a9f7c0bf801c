"""A library's soils, kept as the processes over sites see them.

These members of a farm's model carry soils of the library into its package; whoever may
not pass them on does without. Of large libraries an even draw over the farms is kept.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.treated_view import centre_of, scale_of
from trainer.localisation.members.placed_sites import (
    LibrarySites,
    PlacedSites,
    SiteValues,
)
from trainer.localisation.members.site_process import (
    KnownSites,
    site_settings,
)
from trainer.localisation.members.stacked_view import single_precision
from trainer.localisation.members.value_scale import scale_of_values
from trainer.localisation.treated_soils import TreatedSoils

Array = NDArray[np.float64]

STANDARDISED_SOILS = 300
DECLARED_SOILS = 600
DRAW_SEED = 0

STANDARDISED_SETTINGS = site_settings(kinships=(0.2, 0.5, 0.8), offsets=(10.0,))
STANDARDISED_NOISE = 0.15
DECLARED_SETTINGS = site_settings(kinships=(0.5, 0.9), offsets=(0.03, 0.5))
DECLARED_NOISE = 0.03
DECLARED_LEVEL = 5.0


def library_sites(farms: Sequence[TreatedSoils]) -> LibrarySites:
    """Keep what the processes need of a library's farms."""
    return LibrarySites(
        _standardised(farms, _drawn(farms, STANDARDISED_SOILS)),
        _declared(farms, _drawn(farms, DECLARED_SOILS)),
    )


Rows = list[NDArray[np.intp]]


def _drawn(farms: Sequence[TreatedSoils], soils: int) -> Rows:
    """Return which soils of each farm are kept, the same number of each if it has."""
    random = np.random.default_rng(DRAW_SEED)
    room = max(soils // len(farms), 1)
    return [np.sort(random.permutation(len(farm))[:room]) for farm in farms]


def _standardised(farms: Sequence[TreatedSoils], kept: Rows) -> PlacedSites:
    centred = [
        [one - centre_of(one) for one in same]
        for same in zip(*(farm.treated for farm in farms), strict=True)
    ]
    scales = tuple(
        np.full(
            same[0].shape[1],
            np.sqrt(np.mean([(one**2).sum(axis=1).mean() for one in same])),
        )
        for same in centred
    )
    rows = [
        _taken(same, kept) / scale for same, scale in zip(centred, scales, strict=True)
    ]
    known = KnownSites(
        tuple(map(single_precision, rows)),
        _site_numbers(kept),
        STANDARDISED_SETTINGS,
        level=0.0,
        noise=STANDARDISED_NOISE,
    )
    plain = _own_values(farms, kept, is_logarithmic=False)
    is_positive = all(farm.values.min() > 0 for farm in farms)
    logs = _own_values(farms, kept, is_logarithmic=True) if is_positive else None
    return PlacedSites(known, None, scales, plain, logs)


def _own_values(
    farms: Sequence[TreatedSoils], kept: Rows, *, is_logarithmic: bool
) -> SiteValues:
    """Return values that each site scaled by itself."""
    standard = [
        scale_of_values(farm.values, is_logarithmic=is_logarithmic).to_standard(
            farm.values
        )
        for farm in farms
    ]
    return SiteValues(_taken(standard, kept))


def _declared(farms: Sequence[TreatedSoils], kept: Rows) -> PlacedSites:
    treated = zip(*(farm.treated for farm in farms), strict=True)
    drawn = [_taken(same, kept) for same in treated]
    values = _taken([farm.values for farm in farms], kept)
    centres = tuple(centre_of(one) for one in drawn)
    scales = tuple(scale_of(one, is_autoscaled=True) for one in drawn)
    rows = [
        (one - centre) / scale
        for one, centre, scale in zip(drawn, centres, scales, strict=True)
    ]
    known = KnownSites(
        tuple(map(single_precision, rows)),
        _site_numbers(kept),
        DECLARED_SETTINGS,
        level=DECLARED_LEVEL,
        noise=DECLARED_NOISE,
    )
    plain = _common_values(values, is_logarithmic=False)
    is_positive = bool(values.min() > 0)
    logs = _common_values(values, is_logarithmic=True) if is_positive else None
    return PlacedSites(known, centres, scales, plain, logs)


def _common_values(values: Array, *, is_logarithmic: bool) -> SiteValues:
    """Return values on one scale for all sites."""
    stack = values[np.newaxis]
    scale = scale_of_values(stack, is_logarithmic=is_logarithmic)
    return SiteValues(scale.to_standard(stack)[0], scale)


def _taken(arrays: Sequence[Array], kept: Rows) -> Array:
    found = [one[rows] for one, rows in zip(arrays, kept, strict=True)]
    return np.concatenate(found)


def _site_numbers(kept: Rows) -> NDArray[np.intp]:
    return np.repeat(np.arange(len(kept)), [len(rows) for rows in kept])
