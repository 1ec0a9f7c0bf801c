"""Golden vectors: spectra with the answers that every runtime must give for them.

They travel inside the package. A device runs them on its own runtime before it trusts a
model, because a wrong runtime gives wrong numbers without any error.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from protocols.errors import PackageError
from protocols.model_manifest import ModelManifest

MEMBERS = tuple(
    f"golden/{name}.npy" for name in ("spectrum", "value", "low", "high", "novelty")
)


@dataclass(frozen=True, eq=False)
class GraphAnswer:
    """The four outputs of a model graph for a batch of scans."""

    value: NDArray[np.float32]
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    novelty: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class GoldenVectors:
    """Scans on the model's grid, and the answers of the model that was trained."""

    spectrum: NDArray[np.float32]
    answer: GraphAnswer

    def to_members(self) -> dict[str, bytes]:
        """Return the files that hold these vectors in a package."""
        answer = self.answer
        arrays = (
            self.spectrum,
            answer.value,
            answer.low,
            answer.high,
            answer.novelty,
        )
        return dict(zip(MEMBERS, map(_to_npy, arrays), strict=True))


def golden_from_members(
    members: Mapping[str, bytes], manifest: ModelManifest
) -> GoldenVectors:
    """Read the vectors out of a package, or refuse arrays of another shape."""
    spectrum, value, low, high, novelty = (_from_npy(members[name]) for name in MEMBERS)
    count = len(spectrum) if spectrum.ndim else 0
    per_target = (count, len(manifest.targets))
    expected = [(count, manifest.grid.bands), *[per_target] * 3, (count,)]
    arrays = (spectrum, value, low, high, novelty)
    found = [array.shape for array in arrays]
    if found != expected or not count:
        raise PackageError(f"expected golden vectors shaped {expected}, found {found}")
    return GoldenVectors(spectrum, GraphAnswer(value, low, high, novelty))


def largest_difference(
    golden: GraphAnswer, found: GraphAnswer, manifest: ModelManifest
) -> float:
    """Return how far `found` is off, in standard deviations of the worst target.

    Novelty has no unit; its difference counts relative to the golden one where that is
    above the edge of the domain. An answer that is no number is infinitely far off.
    """
    spread = np.array([target.spread for target in manifest.targets])
    novelty_scale = np.maximum(1.0, np.abs(golden.novelty))
    differences = [
        np.abs(found.value - golden.value) / spread,
        np.abs(found.low - golden.low) / spread,
        np.abs(found.high - golden.high) / spread,
        np.abs(found.novelty - golden.novelty) / novelty_scale,
    ]
    # NumPy's maximum keeps a NaN wherever it stands; the built-in one may lose it.
    worst = float(np.max([difference.max() for difference in differences]))
    return worst if np.isfinite(worst) else float("inf")


def _to_npy(array: NDArray[np.float32]) -> bytes:
    file = io.BytesIO()
    np.save(file, array.astype("<f4"), allow_pickle=False)
    return file.getvalue()


def _from_npy(data: bytes) -> NDArray[np.float32]:
    try:
        array = np.load(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise PackageError(f"expected a golden array: {error}") from error
    if not isinstance(array, np.ndarray) or array.dtype != np.float32:
        raise PackageError("expected golden arrays of float32")
    return array
