"""Golden vectors: inputs with the answers that every runtime must give for them.

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
from protocols.graph_contract import INPUT, MASK, OUTPUTS
from protocols.limits import MAX_GOLDEN_SCANS
from protocols.manifest_json import Manifest
from protocols.package_manifest import InputShapes

Inputs = tuple[NDArray[np.float32], ...]
"""What a graph is asked: one array an input, in the order of the contract."""

_MAGIC = b"\x93NUMPY\x01\x00"
_SHAPE = re.compile(rb"'shape': \((\d{1,9}),")
_HEADER_STARTS_AT = 10
_VALUE_BYTES = 4


@dataclass(frozen=True, eq=False)
class GraphAnswer:
    """The four outputs of a model graph for a batch of scans or places."""

    value: NDArray[np.float32]
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    novelty: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class GoldenVectors:
    """What to ask a graph, and the answers of the model that was trained.

    Attributes:
        inputs: By the contract's names and in its order, one row a question.
        answer: One row for each of these.
    """

    inputs: Mapping[str, NDArray[np.float32]]
    answer: GraphAnswer

    @property
    def spectrum(self) -> NDArray[np.float32]:
        """The golden scans of a soil model."""
        return self.inputs[INPUT]

    @property
    def questions(self) -> tuple[Inputs, ...]:
        """The questions one by one, as devices ask."""
        return questions_of(tuple(self.inputs.values()))

    def to_members(self) -> dict[str, bytes]:
        """Return the files that hold these vectors in a package."""
        answers = {name: getattr(self.answer, name) for name in OUTPUTS}
        return {
            _member(name): _to_npy(array)
            for name, array in {**self.inputs, **answers}.items()
        }


def golden_members(inputs: InputShapes) -> tuple[str, ...]:
    """Return the files in which a package with such graphs holds its vectors."""
    return tuple(map(_member, (*inputs, *OUTPUTS)))


def golden_from_members(
    members: Mapping[str, bytes], manifest: Manifest
) -> GoldenVectors:
    """Read the vectors out of a package, or refuse arrays of another shape."""
    inputs = manifest.inputs
    asked = _questions_in(members[_member(next(iter(inputs)))])
    wide = (asked, len(manifest.spreads))
    shapes = {name: (asked, *shape) for name, shape in inputs.items()}
    shapes |= dict.fromkeys(OUTPUTS, wide) | {"novelty": (asked,)}
    arrays = {
        name: _from_npy(_member(name), members[_member(name)], shape)
        for name, shape in shapes.items()
    }
    _check_mask(arrays)
    told = GraphAnswer(**{name: arrays.pop(name) for name in OUTPUTS})
    return GoldenVectors(arrays, told)


def questions_of(inputs: Inputs) -> tuple[Inputs, ...]:
    """Return the questions of a batch, one by one."""
    return tuple(
        tuple(array[at : at + 1] for array in inputs) for at in range(len(inputs[0]))
    )


def joined_answers(answers: Sequence[GraphAnswer]) -> GraphAnswer:
    """Return answers to single scans as the answer to all."""
    return GraphAnswer(
        np.concatenate([one.value for one in answers]),
        np.concatenate([one.low for one in answers]),
        np.concatenate([one.high for one in answers]),
        np.concatenate([one.novelty for one in answers]),
    )


def largest_difference(
    golden: GraphAnswer, found: GraphAnswer, manifest: Manifest
) -> float:
    """Return how far `found` is off, on the scale of the manifest's worst target.

    Novelty has no unit; its difference counts relative to the golden one where that is
    above the edge of the domain. An answer that is no number is infinitely far off.
    """
    spread = np.array(manifest.spreads)
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


def _member(name: str) -> str:
    return f"golden/{name}.npy"


def _check_mask(arrays: Mapping[str, NDArray[np.float32]]) -> None:
    """Refuse golden series that are partly seen."""
    mask = arrays.get(MASK)
    if mask is not None and not np.isin(mask, (0, 1)).all():
        raise PackageError(
            f"expected 0 or 1 throughout {_member(MASK)}, found other numbers"
        )


def _to_npy(array: NDArray[np.float32]) -> bytes:
    file = io.BytesIO()
    np.save(file, array.astype("<f4"), allow_pickle=False)
    return file.getvalue()


def _questions_in(data: bytes) -> int:
    """Return how many golden scans there are said to be, if that can be believed."""
    found = _SHAPE.search(data, 0, 128)
    count = int(found[1]) if found else 0
    if not 1 <= count <= MAX_GOLDEN_SCANS:
        raise PackageError(
            f"expected 1 to {MAX_GOLDEN_SCANS} golden scans as an array of float32, "
            f"found {count if found else 'something else'}"
        )
    return count


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
