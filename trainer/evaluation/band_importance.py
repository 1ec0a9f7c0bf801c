"""How strongly each band moves a fitted calibration's answers. Not what causes them.

Neighbouring bands carry nearly the same information, so a calibration may lean on one
and leave its neighbour: a high band is one that this fit reacts to, no more.

* gradient: mean over soils of |d answer / d reflectance|, times the band's standard
  deviation over these soils; from the graph that is exported.
* permutation: for what has no graph, by how much answers move (root mean square) when
  runs of neighbouring bands are swapped between soils.
"""

import numpy as np
import torch
from numpy.typing import NDArray

from trainer.calibrations.calibration import FittedCalibration
from trainer.errors import CalibrationError
from trainer.evaluation.fold_result import ImportanceKind

Array = NDArray[np.float64]
Spectra = NDArray[np.float32]
Importance = tuple[Array, ImportanceKind]

MOST_SOILS = 64
RUNS_OF_BANDS = 40


def band_importance(fitted: FittedCalibration, spectra: Spectra) -> Importance:
    """Return importance [target, band] in the target's units, and how it was found."""
    few = spectra[:: max(1, len(spectra) // MOST_SOILS)][:MOST_SOILS]
    try:
        by_gradient = _by_gradient(fitted.as_graph(), few)
    except CalibrationError:
        return _by_permutation(fitted, few), "permutation"
    if not np.isfinite(by_gradient).all():
        return _by_permutation(fitted, few), "permutation"
    return by_gradient, "gradient"


def _by_gradient(graph: torch.nn.Module, spectra: Spectra) -> Array:
    graph.eval()
    scans = torch.from_numpy(np.array(spectra)).requires_grad_()
    answers = graph(scans)
    if not answers.requires_grad:
        return np.zeros((answers.shape[1], spectra.shape[1]))
    slopes = [
        torch.autograd.grad(answers[:, target].sum(), scans, retain_graph=True)[0]
        for target in range(answers.shape[1])
    ]
    mean_slope = torch.stack(slopes).abs().mean(dim=1).double().numpy()
    moved: Array = mean_slope * spectra.std(axis=0, dtype=np.float64)
    return moved


def _by_permutation(fitted: FittedCalibration, spectra: Spectra) -> Array:
    """Swap each run of bands with the next soil's, which needs no random draw."""
    plain = fitted.predict(spectra)
    moved = np.zeros((plain.shape[1], spectra.shape[1]))
    for run in np.array_split(np.arange(spectra.shape[1]), RUNS_OF_BANDS):
        swapped = np.array(spectra)
        swapped[:, run] = np.roll(spectra[:, run], len(spectra) // 2, axis=0)
        change = fitted.predict(swapped) - plain
        moved[:, run] = np.sqrt((change**2).mean(axis=0))[:, np.newaxis]
    return moved
