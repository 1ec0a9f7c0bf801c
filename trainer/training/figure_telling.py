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


def squares_told(names: tuple[str, ...], examples: str) -> FigureTelling:
    """Return how squared errors in deviations are told: as their roots."""
    return FigureTelling(
        names=names,
        examples=examples,
        shown=root_of_squares,
        progress=_errors_in_deviations,
    )


def root_of_squares(error: float) -> float:
    """Return the error that a mean square is of."""
    return float(error**0.5)


def _errors_in_deviations(score: float, best: float) -> str:
    return f"error {root_of_squares(score):.3f} sd, best {root_of_squares(best):.3f}"
