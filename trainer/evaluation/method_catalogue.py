"""The methods that can be compared, by the names that commands and reports use.

A method's own module is loaded when it is made: nobody who compares PLS with ridge
waits for networks. A recipe that `terroir search` wrote is a method by its path.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from trainer.calibrations.calibration import Calibration
from trainer.errors import EvaluationError

RECIPE_SUFFIX = ".json"


@dataclass(frozen=True)
class Method:
    """A method that can be compared.

    Attributes:
        summary: What it does, in one line.
        make: Returns the calibration.
        is_baseline: Whether every comparison includes it unless told otherwise.
    """

    summary: str
    make: Callable[[], Calibration]
    is_baseline: bool = False


def calibration_of(name: str) -> Calibration:
    """Make the calibration called `name`, or refuse a name that is not there."""
    return method_of(name).make()


def method_of(name: str) -> Method:
    """Return what the catalogue says of `name`, or refuse it."""
    if name in CATALOGUE:
        return CATALOGUE[name]
    if name.endswith(RECIPE_SUFFIX):
        return Method(f"the network of {name}", partial(_network_in_file, name))
    known = ", ".join(CATALOGUE)
    raise EvaluationError(
        f"expected one of the methods {known}, or a recipe's {RECIPE_SUFFIX} file, "
        f"found {name!r}"
    )


def with_baselines(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names, each once, after the baselines."""
    baselines = [name for name, method in CATALOGUE.items() if method.is_baseline]
    return tuple(dict.fromkeys((*baselines, *names)))


def _plain(name: str) -> Calibration:
    from trainer.evaluation.plain_methods import (  # noqa: PLC0415 - loads scipy
        PLAIN,
    )

    return PLAIN[name]()


def _network(name: str) -> Calibration:
    from trainer.evaluation.network_methods import (  # noqa: PLC0415 - loads networks
        named_network,
    )

    return named_network(name)


def _network_in_file(path: str) -> Calibration:
    from trainer.evaluation.network_methods import (  # noqa: PLC0415 - loads networks
        network_in_file,
    )

    return network_in_file(path)


_PLAIN = {
    "mean": "the mean of the soils learned from, whatever the spectrum",
    "pls": "partial least squares; treatment and components by leaving groups out",
    "ridge": "ridge regression; treatment and penalty by leaving groups out",
    "kernel-ridge": "kernel ridge regression with a Gaussian kernel",
    "gaussian-process": "a Gaussian process on one kernel shared by many treatments",
    "svr": "support vector regression on one kernel shared by many treatments",
    "cubist": "committees of rules on principal components, corrected by neighbours",
    "memory-based": "a local model on the soils most alike, for each scan anew",
    "average": "the mean of the best ridge, Gaussian process and support vector fits "
    "over many treatments",
    "wide-average": "the mean of Gaussian processes and support vector machines on "
    "kernels shared by many treatments",
}
_NETWORKS = {
    "cnn-china": "the published 1D-CNN optimum for China",
    "cnn-sweden": "the published 1D-CNN optimum for Sweden",
    "cnn-usa": "the published 1D-CNN optimum for the USA",
    "multi-task": "one shared trunk and a head for each property, on spectra",
    "multi-task-spectrogram": "the same on spectrograms",
    "progressive-experts": "shared and own experts for each property, shared as far as "
    "the properties correlate",
}
_BASELINES = ("mean", "pls", "memory-based")

CATALOGUE = {
    name: Method(summary, partial(maker, name), name in _BASELINES)
    for maker, summaries in ((_plain, _PLAIN), (_network, _NETWORKS))
    for name, summary in summaries.items()
}
