"""Spectral treatments as torch modules, so that they travel inside the graph.

Models ask for a treatment by name (`spectral_treatments`). The modules below stand by
themselves: they are fitted, belong to one instrument, or start from reflectance.
"""

from trainer.treatments.mean_scaling import MeanScaling
from trainer.treatments.resampling import Resampling
from trainer.treatments.scatter_correction import ScatterCorrection

__all__ = ["MeanScaling", "Resampling", "ScatterCorrection"]
