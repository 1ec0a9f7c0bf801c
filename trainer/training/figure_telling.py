"""How people are told what an epoch came to: names, units and one line of progress."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class FigureTelling:
    """What the figures of a run are called and how they are shown.

    Attributes:
        names: Of the figures, in order.
        examples: What is learned from, in the plural.
        shown: A figure as people read it.
        progress: The score beside the best so far, in one line.
    """

    names: tuple[str, ...]
    examples: str
    shown: Callable[[float], float]
    progress: Callable[[float, float], str]


def soils_told(targets: tuple[str, ...]) -> FigureTelling:
    """Return how soils are told: squared errors as RMSE in deviations of the target."""
    return FigureTelling(
        names=targets, examples="soils", shown=_root, progress=_errors_in_deviations
    )


def _root(error: float) -> float:
    return float(error**0.5)


def _errors_in_deviations(score: float, best: float) -> str:
    return f"error {_root(score):.3f} sd, best {_root(best):.3f}"
