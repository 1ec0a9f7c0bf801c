"""Which soils of the farm get a laboratory value, and when.

The soils are shuffled once; the first ones are labelled in turn and the rest are only
ever read, so that no soil that is judged has been learned from.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

FEWEST_HELD_OUT = 30


@dataclass(frozen=True)
class CampaignPlan:
    """The soils to label in their order, and the soils to judge by."""

    to_label: tuple[str, ...]
    held_out: tuple[str, ...]
    label_counts: tuple[int, ...]

    def labels_between(self, before: int, after: int) -> tuple[str, ...]:
        """Return the soils that are labelled on the way from one count to the next."""
        return self.to_label[before:after]


def plan_campaign(
    samples: Sequence[str], label_counts: Sequence[int], seed: int
) -> CampaignPlan:
    """Divide the farm's soils into those to label and those to judge by."""
    counts = tuple(sorted(set(label_counts) | {0}))
    most = counts[-1]
    if len(samples) < most + FEWEST_HELD_OUT:
        raise ValueError(
            f"expected at least {most + FEWEST_HELD_OUT} soils for {most} labels and "
            f"{FEWEST_HELD_OUT} soils to judge by, found {len(samples)}; "
            "ask for fewer labels"
        )
    shuffled = sorted(samples)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - a plan, not a secret
    return CampaignPlan(tuple(shuffled[:most]), tuple(shuffled[most:]), counts)
