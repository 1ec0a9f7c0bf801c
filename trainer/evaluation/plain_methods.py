"""The calibrations that are no networks, each with its usual settings."""

from collections.abc import Callable
from functools import partial

from trainer.calibrations.average import Average
from trainer.calibrations.calibration import Calibration
from trainer.calibrations.cubist_rules import Cubist
from trainer.calibrations.gaussian_process import GaussianProcess
from trainer.calibrations.memory_based import MemoryBased
from trainer.calibrations.partial_least_squares import PartialLeastSquares
from trainer.calibrations.single_kernel import SingleKernel
from trainer.calibrations.support_vector_regression import SupportVectorRegression
from trainer.calibrations.wide_average import WideAverage
from trainer.evaluation.mean_of_training import MeanOfTraining

PLAIN: dict[str, Callable[[], Calibration]] = {
    "mean": MeanOfTraining,
    "pls": PartialLeastSquares,
    "ridge": partial(SingleKernel, kind="linear"),
    "kernel-ridge": SingleKernel,
    "gaussian-process": GaussianProcess,
    "svr": SupportVectorRegression,
    "cubist": Cubist,
    "memory-based": MemoryBased,
    "average": Average,
    "wide-average": WideAverage,
}
