"""The methods that can be compared, by the names that commands and reports use.

A method's own module is loaded when it is made: nobody who compares PLS with ridge
waits for networks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

from trainer.calibrations.calibration import Calibration
from trainer.errors import EvaluationError


@dataclass(frozen=True)
class Method:
    """A method that can be compared.

    Attributes:
        summary: What it does, in one line.
        module: The module that holds its maker.
        maker: A function or class of no arguments that returns the calibration.
        is_baseline: Whether every comparison includes it unless told otherwise.
    """

    summary: str
    module: str
    maker: str
    is_baseline: bool = False


CATALOGUE = {
    "mean": Method(
        "the mean of the soils learned from, whatever the spectrum",
        "trainer.evaluation.mean_of_training",
        "MeanOfTraining",
        is_baseline=True,
    ),
}


def calibration_of(name: str) -> Calibration:
    """Make the calibration called `name`, or refuse a name that is not there."""
    method = method_of(name)
    make: Callable[[], Calibration] = getattr(
        import_module(method.module), method.maker
    )
    return make()


def method_of(name: str) -> Method:
    """Return what the catalogue says of `name`, or refuse it."""
    if name not in CATALOGUE:
        known = ", ".join(CATALOGUE)
        raise EvaluationError(f"expected one of the methods {known}, found {name!r}")
    return CATALOGUE[name]


def with_baselines(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names, each once, after the baselines."""
    baselines = [name for name, method in CATALOGUE.items() if method.is_baseline]
    return tuple(dict.fromkeys((*baselines, *names)))
