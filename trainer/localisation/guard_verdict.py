"""One sentence on whether the library helped a farm, and how sure that is."""

from trainer.localisation.decision import ALIKE, FOREIGN
from trainer.localisation.guard_story import TargetStory

LITTLE = 0.02
"""A difference below this share is none that labels this few can show."""

FEW_LABELS = 15


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
    doubt = ", as far as so few labels can tell" if target.labels < FEW_LABELS else ""
    if gain > LITTLE:
        return f"The library helps: {gain:.0%} less error than labels alone{doubt}"
    if gain < -LITTLE:
        return (
            f"The library does not help here: {-gain:.0%} more error than labels "
            f"alone{doubt}"
        )
    return f"The library makes no difference that these labels can show{doubt}"


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
    return f"{start} They look like no site of the library: expect little of it."


def _labels(target: TargetStory) -> str:
    return "One label" if target.labels == 1 else f"{target.labels} labels"
