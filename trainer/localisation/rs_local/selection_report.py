"""What several runs of RS-Local found, for people and for programs."""

from collections import Counter
from collections.abc import Iterator

import msgspec
import numpy as np

from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.rs_local.repeated_selection import RepeatedSelection
from trainer.localisation.rs_local.selection_settings import SelectionSettings

MOST_FARMS_TOLD = 5
UNSTABLE_BELOW = 0.5


class FarmShare(msgspec.Struct, frozen=True):
    """How many of the soils that are the answer come from one farm."""

    farm: str
    soils: int


class SelectionReport(msgspec.Struct, frozen=True, kw_only=True):
    """What several runs found.

    Attributes:
        target: The property.
        library_soils: How many soils could be kept.
        farm_soils: How many soils judged.
        settings: How it was searched.
        runs: How often.
        kept_a_run: How many soils each run kept.
        kept_once: How many soils at least one run kept.
        least_share: The share of runs that kept the last soil of the answer.
        error_before: Of draws from the whole library, on average.
        error_after: Of draws in the last round, on average.
        overlaps: The Jaccard index of every two runs.
        farms: Where the answer comes from.
        soils: The answer: ids of the soils kept most often, the most frequent first.
        cautions: What the settings leave to be desired.
    """

    target: str
    library_soils: int
    farm_soils: int
    settings: SelectionSettings
    runs: int
    kept_a_run: tuple[int, ...]
    kept_once: int
    least_share: float
    error_before: float
    error_after: float
    overlaps: tuple[float, ...]
    farms: tuple[FarmShare, ...]
    soils: tuple[str, ...]
    cautions: tuple[str, ...]


def selection_report(
    library: SpectralLibrary,
    found: RepeatedSelection,
    settings: SelectionSettings,
    target: str,
    farm_soils: int,
) -> SelectionReport:
    """Sum up what was found."""
    answer = found.ranked[: settings.keep]
    farms = Counter(library.farms[row] for row in answer)
    return SelectionReport(
        target=target,
        library_soils=len(found.searched),
        farm_soils=farm_soils,
        settings=settings,
        runs=found.runs,
        kept_a_run=tuple(len(one.rows) for one in found.selections),
        kept_once=int((found.times > 0).sum()),
        least_share=float(found.share[answer].min()),
        error_before=_mean_error(found, 0),
        error_after=_mean_error(found, -1),
        overlaps=tuple(found.overlaps.tolist()),
        farms=tuple(FarmShare(*one) for one in farms.most_common()),
        soils=tuple(library.soils[row] for row in answer),
        cautions=settings.cautions,
    )


def _mean_error(found: RepeatedSelection, number: int) -> float:
    """Return the mean error of the first or the last round, over all runs."""
    rounds = [one.rounds[number] for one in found.selections if one.rounds]
    return float(np.mean([one.mean_error for one in rounds])) if rounds else np.nan


def report_lines(report: SelectionReport) -> Iterator[str]:
    """Yield what a person needs to know."""
    runs = f"{report.runs} run" + ("s" if report.runs > 1 else "")
    yield (
        f"{len(report.soils)} of {report.library_soils} soils are kept most often by "
        f"{runs}, judged by {report.farm_soils} of the farm's; each of them by "
        f"{report.least_share:.0%} of the runs or more"
    )
    yield (
        f"each run kept {_range_of(report.kept_a_run)}; its draws erred by "
        f"{report.error_before:.3g} at first and {report.error_after:.3g} at last, on "
        "average"
    )
    told = [f"{one.farm} {one.soils}" for one in report.farms[:MOST_FARMS_TOLD]]
    others = sum(one.soils for one in report.farms[MOST_FARMS_TOLD:])
    yield f"they come from {', '.join(told)}" + (f", others {others}" if others else "")
    yield _agreement(report)
    yield from (f"caution: {one}" for one in report.cautions)


def _range_of(counts: tuple[int, ...]) -> str:
    least, most = min(counts), max(counts)
    return str(least) if least == most else f"{least} to {most}"


def _agreement(report: SelectionReport) -> str:
    if not report.overlaps:
        return (
            "caution: one run depends on what it happened to draw; --runs 10 says "
            "which soils are kept again and again"
        )
    middle = float(np.median(report.overlaps))
    verdict = (
        "a single run says little, the frequencies are the answer"
        if middle < UNSTABLE_BELOW
        else "the runs agree"
    )
    return (
        f"two runs share {min(report.overlaps):.2f} to {max(report.overlaps):.2f} of "
        f"what they keep (Jaccard, median {middle:.2f}; {report.kept_once} soils were "
        f"kept at least once): {verdict}"
    )
