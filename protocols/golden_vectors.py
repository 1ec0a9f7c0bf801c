"""Golden vectors: spectra with the answers that every runtime must give for them.

They travel inside the package. A device runs them on its own runtime before it trusts a
model, because a wrong runtime gives wrong numbers without any error.
"""

import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from protocols.errors import PackageError
from protocols.limits import MAX_GOLDEN_SCANS
from protocols.model_manifest import ModelManifest

MEMBERS = tuple(
    f"golden/{name}.npy" for name in ("spectrum", "value", "low", "high", "novelty")
)

_MAGIC = b"\x93NUMPY\x01\x00"
_SHAPE = re.compile(rb"'shape': \((\d{1,9}),")
_HEADER_STARTS_AT = 10
_VALUE_BYTES = 4


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
    scans = _scans_in(members[MEMBERS[0]])
    per_target = (scans, len(manifest.targets))
    shapes = [(scans, manifest.grid.bands), *[per_target] * 3, (scans,)]
    spectrum, *answer = (
        _from_npy(name, members[name], shape)
        for name, shape in zip(MEMBERS, shapes, strict=True)
    )
    return GoldenVectors(spectrum, GraphAnswer(*answer))


def joined_answers(answers: Sequence[GraphAnswer]) -> GraphAnswer:
    """Return answers to single scans as the answer to all."""
    return GraphAnswer(
        np.concatenate([one.value for one in answers]),
        np.concatenate([one.low for one in answers]),
        np.concatenate([one.high for one in answers]),
        np.concatenate([one.novelty for one in answers]),
    )


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


def _scans_in(data: bytes) -> int:
    """Return how many golden scans there are said to be, if that can be believed."""
    found = _SHAPE.search(data, 0, 128)
    scans = int(found[1]) if found else 0
    if not 1 <= scans <= MAX_GOLDEN_SCANS:
        raise PackageError(
            f"expected 1 to {MAX_GOLDEN_SCANS} golden scans as an array of float32, "
            f"found {scans if found else 'something else'}"
        )
    return scans


def _from_npy(name: str, data: bytes, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return an array of this shape; nothing is allocated for what is only claimed."""
    end = _HEADER_STARTS_AT + int.from_bytes(data[8:_HEADER_STARTS_AT], "little")
    header = data[_HEADER_STARTS_AT:end].decode("latin-1").strip()
    expected = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}"
    if not data.startswith(_MAGIC) or header != expected:
        raise PackageError(
            f"expected golden vectors of float32 shaped {shape} in {name}, found "
            f"{header[:120]!r}"
        )
    if len(data) - end != _VALUE_BYTES * math.prod(shape):
        raise PackageError(
            f"expected {_VALUE_BYTES * math.prod(shape)} bytes of numbers in {name}, "
            f"found {len(data) - end}"
        )
    array = np.frombuffer(data, "<f4", offset=end).astype(np.float32).reshape(shape)
    if not np.isfinite(array).all():
        raise PackageError(f"expected finite numbers in {name}, found others")
    return array
