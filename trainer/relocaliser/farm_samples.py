"""Join a farm's labels to its scans: one row a soil, on the library's grid.

A sample's scans are averaged after each was resampled, so that instruments with other
axes can share a farm. A scan that does not reach over the grid, or is no reflectance,
is left out: one bad scan must not keep a farm from its model.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from protocols.errors import SpectrumError
from protocols.messages import LabelledSample, ScanSample
from protocols.spectrum import unpack
from protocols.wavelength_grid import WavelengthGrid, resample
from trainer.errors import LibraryError
from trainer.library.spectral_library import check_reflectance
from trainer.localisation.farm_soils import FarmSoils

LOG = logging.getLogger(__name__)


def join_samples(
    labels: Iterable[LabelledSample],
    scans: Iterable[ScanSample],
    grid: WavelengthGrid,
    targets: Sequence[str],
) -> FarmSoils:
    """Return the soils that have a scan and a value of one of the targets."""
    spectra = _mean_spectra(scans, grid)
    rows = [
        (label.sample, spectra[label.sample], values)
        for label in sorted(labels, key=lambda label: label.sample)
        if label.sample in spectra
        and np.isfinite(values := _values(label, targets)).any()
    ]
    return FarmSoils(
        samples=tuple(sample for sample, _, _ in rows),
        spectra=np.array([row for _, row, _ in rows], dtype=np.float32).reshape(
            len(rows), grid.bands
        ),
        values=np.array([row for _, _, row in rows], dtype=np.float64).reshape(
            len(rows), len(targets)
        ),
    )


def _values(label: LabelledSample, targets: Sequence[str]) -> NDArray[np.float64]:
    found = {value.target: value.value for value in label.values}
    return np.array([found.get(target, np.nan) for target in targets])


def _mean_spectra(
    scans: Iterable[ScanSample], grid: WavelengthGrid
) -> dict[str, NDArray[np.float32]]:
    by_sample: dict[str, list[NDArray[np.float32]]] = defaultdict(list)
    for scan in scans:
        row = _on_grid(scan, grid)
        if row is not None:
            by_sample[scan.sample].append(row)
    return {sample: _mean(rows) for sample, rows in by_sample.items()}


def _mean(rows: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    mean: NDArray[np.float64] = np.stack(rows).mean(axis=0, dtype=np.float64)
    return mean.astype(np.float32)


def _on_grid(scan: ScanSample, grid: WavelengthGrid) -> NDArray[np.float32] | None:
    """Return a scan on the grid, or None where it cannot be brought there."""
    if scan.spectrum is None:
        return None
    try:
        row = resample(unpack(scan.spectrum), grid)
        check_reflectance(row)
    except (SpectrumError, LibraryError) as error:
        LOG.warning("left out scan %s of %s: %s", scan.id, scan.sample, error)
        return None
    return row
