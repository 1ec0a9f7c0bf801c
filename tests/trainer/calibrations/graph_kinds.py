"""Every kind of calibration that leaves as a graph, on few treatments."""

from trainer.calibrations.average import Average
from trainer.calibrations.calibration import Calibration
from trainer.calibrations.gaussian_process import GaussianProcess
from trainer.calibrations.memory_based import MemoryBased
from trainer.calibrations.partial_least_squares import PartialLeastSquares
from trainer.calibrations.single_kernel import SingleKernel
from trainer.calibrations.support_vector_regression import SupportVectorRegression
from trainer.calibrations.wide_average import WideAverage

FEW = ("absorbance", "variate of first derivative")
IN_ANY_PRECISION: tuple[Calibration, ...] = (
    PartialLeastSquares(FEW, components=8),
    SingleKernel("linear", FEW, averaged=2),
    SingleKernel("gaussian", FEW),
    GaussianProcess(FEW),
    SupportVectorRegression(FEW),
    WideAverage(GaussianProcess(FEW)),
    Average(FEW),
    MemoryBased("process", treatments=FEW[1:], penalties=(0.03, 0.1)),
)
IN_DOUBLE_PRECISION: tuple[Calibration, ...] = (
    MemoryBased("pls", treatments=FEW[1:], kernel_treatments=FEW, linear_share=1.0),
)
"""In single precision local PLS is off by more than tests of every kind allow, because
rounding chooses between soils about as near. Its files are within the limits of an
export and are published; `python -m tests.benchmarks.export_parity "memory-based pls"`
measures them."""
