"""One sentence on whether the library helped a farm, and how sure that is."""

from trainer.localisation.decision import ALIKE, FOREIGN
from trainer.localisation.guard_report.guard_story import TargetStory


def verdict_of(target: TargetStory) -> str:
    """Return the sentence that stands above a target's figures."""
    if not target.labels:
        return "No labels yet: the library answers alone, with a wide interval"
    gain = target.gain
    if gain is None:
        return (
            f"{_labels(target)} cannot tell how well experts do: the weights are those "
            "that held on other farms"
        )
    low, high = target.gain_range
    fits = f"anything from {_share(low)} to {_share(high)} fits these labels"
    if low > 0:
        return f"The library helps: {_share(gain)} error than labels alone; {fits}"
    if high < 0:
        return f"The library harms: {_share(gain)} error than labels alone; {fits}"
    return (
        f"{_labels(target)} cannot tell whether the library helps: {_share(gain)} "
        f"error than labels alone on them, but {fits}"
    )


def distance_told(target: TargetStory) -> str:
    """Return what the distance to the library's sites means."""
    if not target.sites:
        return "The library's sites are not at hand: distances cannot be told."
    nearest = target.sites[0]
    start = (
        f"The nearest site is {nearest.site}: the farm's scans lie {nearest.ratio:.1f} "
        "times as far from its mean as its own soils."
    )
    if nearest.ratio <= ALIKE:
        return f"{start} They look like that site's own."
    if nearest.ratio <= FOREIGN:
        return f"{start} They differ from that site's, as another field's may."
    return f"{start} They look like no site of the library."


def _labels(target: TargetStory) -> str:
    return "One label" if target.labels == 1 else f"{target.labels} labels"


def _share(gain: float) -> str:
    return f"{gain:.0%} less" if gain >= 0 else f"{-gain:.0%} more"
