"""What was trusted for one target of one farm, and why, as a record and in words."""

from dataclasses import dataclass
from typing import Literal

Method = Literal["library", "level", "auto", "local"]
"""The library's own model; that moved to a few labels' level; the hedge with experts;
the farm's own labels alone."""

ALIKE, FOREIGN = 1.5, 4.0
"""Up to so many reaches a farm looks like a site of its own; beyond, like none."""


@dataclass(frozen=True)
class ExpertDecision:
    """How one expert in declared units was judged.

    Attributes:
        name: What it is called.
        error: Its root mean square error on labels it had not seen, in the target's
            unit.
        share: What it counts in the farm's model, 0 to 1.
    """

    name: str
    error: float
    share: float


@dataclass(frozen=True)
class TargetDecision:
    """Everything that decided one target of a farm's model.

    Attributes:
        method: Which way was gone.
        labels: How many labels the farm has.
        unit: The target's unit.
        hedge_error: Error of the hedge on soils left out; none where too few labels.
        library_share: What members that know the library count, experts included.
        experts: Those that were judged.
        members: What each member counts, the most trusted first.
        nearest_site: The library's site whose scans are most like the farm's.
        reaches: How many of that site's own reaches away the farm lies.
    """

    method: Method
    labels: int
    unit: str
    hedge_error: float | None
    library_share: float
    experts: tuple[ExpertDecision, ...]
    members: tuple[tuple[str, float], ...]
    nearest_site: str
    reaches: float

    def sentences(self) -> tuple[str, ...]:
        """Return in plain words what was trusted and why."""
        return (*self._method(), *self._experts(), self._place())

    def _method(self) -> tuple[str, ...]:
        if self.method == "library":
            return (
                (
                    "No label of the farm: the library's own model answers, and its "
                    "interval is that of the worst farm left out of the library."
                ),
            )
        if self.method == "level":
            return (
                (
                    f"{self.labels} label{'s' if self.labels > 1 else ''}: too few to "
                    "fit to; they only moved the library's model to the farm's level."
                ),
            )
        if self.method == "local":
            return (f"{self.labels} labels, and nothing else, as was asked for.",)
        return (
            (
                f"{self.labels} labels: what was learned from the library counts "
                f"{self.library_share:.0%}, what the farm's own labels say "
                f"{1 - self.library_share:.0%}."
            ),
        )

    def _experts(self) -> tuple[str, ...]:
        if self.hedge_error is None:
            return ()
        return tuple(self._judged(one, self.hedge_error) for one in self.experts)

    def _judged(self, expert: ExpertDecision, hedge: float) -> str:
        ratio = expert.error / hedge if hedge else float("inf")
        compared = (
            f"errs {expert.error:.3g} {self.unit} on labels it had not seen, the hedge "
            f"{hedge:.3g}"
        )
        verdict = "so it was trusted" if ratio < 1 else "so it was hardly trusted"
        return f"{expert.name}: {compared}; {verdict} ({expert.share:.0%})."

    def _place(self) -> str:
        if not self.labels:
            return "Which site of the library is nearest will be told when scans come."
        if self.reaches <= ALIKE:
            how = "looks like its own soils"
        elif self.reaches <= FOREIGN:
            how = "differs from its soils"
        else:
            how = "looks like no site of the library"
        return (
            f"Nearest site of the library: {self.nearest_site}, {self.reaches:.1f} "
            f"times as far as its own soils lie from their mean; the farm {how}."
        )
