"""What supervisor and predictor say to each other, and how it is framed.

Four bytes of length, then MessagePack. Loads no numpy: both sides import it.
"""

import struct
from typing import BinaryIO

import msgspec

from protocols.identifiers import Digest, SampleId
from protocols.messages import Estimate, Instrument, PackedSpectrum

HEADER = struct.Struct(">I")
MAX_FRAME_BYTES = 16 * 1024 * 1024


class ScanTask(msgspec.Struct, frozen=True, kw_only=True):
    """A scan file to be read."""

    file: str
    data: bytes


class ScanAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a scan file.

    Attributes:
        sample: Which soil it is.
        instrument: The spectrometer that the file names, if it does.
        spectrum: The scan, packed; none where it was refused.
        refusal: Why no reading may be made of it.
        model: The package that made the estimates.
        estimates: What the model says.
        novelty: How foreign the soil is to the model.
        model_problem: Why the active model, or any model, could not answer.
    """

    sample: SampleId
    instrument: Instrument | None = None
    spectrum: PackedSpectrum | None = None
    refusal: str | None = None
    model: Digest | None = None
    estimates: tuple[Estimate, ...] = ()
    novelty: float = 0.0
    model_problem: str | None = None


def frame(message: ScanTask | ScanAnswer) -> bytes:
    """Return `message` as it goes through the pipe."""
    body = msgspec.msgpack.encode(message)
    return HEADER.pack(len(body)) + body


def read_task(pipe: BinaryIO) -> ScanTask | None:
    """Wait for the next task; None when the supervisor has closed the pipe."""
    header = pipe.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (size,) = HEADER.unpack(header)
    return msgspec.msgpack.decode(pipe.read(size), type=ScanTask)


def take_answer(buffer: bytearray) -> ScanAnswer | None:
    """Cut the first whole answer out of `buffer`, None while it is not whole.

    Raises ValueError for bytes that no predictor writes.
    """
    if len(buffer) < HEADER.size:
        return None
    (size,) = HEADER.unpack_from(buffer)
    if size > MAX_FRAME_BYTES:
        raise ValueError(f"expected at most {MAX_FRAME_BYTES} bytes, found {size}")
    end = HEADER.size + size
    if len(buffer) < end:
        return None
    body = bytes(buffer[HEADER.size : end])
    del buffer[:end]
    return msgspec.msgpack.decode(body, type=ScanAnswer)
