"""Small instrument files, made by the layout that their makers publish."""

import struct

import numpy as np
from numpy.typing import NDArray

REFERENCE_FLAG, NO_TEXT = 0xFFFF, 0

Values = NDArray[np.float64]


def asd_bytes(target: Values, reference: Values | None, kind: int = 1) -> bytes:
    """Return an ASD file of version 7 that starts at 350 nm, 1 nm a band."""
    header = bytearray(484)
    header[:3] = b"as7"
    header[186] = kind
    header[199] = 2
    struct.pack_into("<ff", header, 191, 350.0, 1.0)
    struct.pack_into("<H", header, 204, target.size)
    flag = REFERENCE_FLAG if reference is not None else 0
    tail = struct.pack("<HQQH", flag, 0, 0, NO_TEXT)
    white = b"" if reference is None else reference.astype("<f8").tobytes()
    return bytes(header) + target.astype("<f8").tobytes() + tail + white


def sed_bytes(
    percent: Values, names: str = "Wvl\tNorm. DN (Ref.)\tReflect. %"
) -> bytes:
    """Return a Spectral Evolution file that starts at 350 nm, 1 nm a band."""
    rows = [
        f" {350 + at:.1f}\t1.5E+000\t {value:.4f}" for at, value in enumerate(percent)
    ]
    head = ["Comment:", "Units: None", "Columns [3]:", "Data:", names]
    return ("\n".join([*head, *rows]) + "\n").encode()


def sig_bytes(wavelengths: Values, percent: Values, stretch: float = 1.0) -> bytes:
    """Return a Spectra Vista file; `stretch` makes its last column wrong."""
    rows = [
        f"{nm:.1f}  10000.00  {100 * value:.2f}  {stretch * value:.2f}"
        for nm, value in zip(wavelengths, percent, strict=True)
    ]
    head = ["/*** Spectra Vista SIG Data ***/", "name= x.sig", "data= "]
    return ("\n".join([*head, *rows]) + "\n").encode()


JCAMP_LINES = """\
##TITLE= made
##JCAMP-DX= 4.24
##DATA TYPE= INFRARED SPECTRUM
##XUNITS= 1/CM
##YUNITS= ABSORBANCE
##XFACTOR= 1.0
##YFACTOR= 0.001
##FIRSTX= 4000
##LASTX= 3992
##NPOINTS= 5
##XYDATA= (X++(Y..Y))
4000 500 510 520
3994 530 540
##END=
"""

ABSORBANCE, REFLECTANCE, SINGLE_CHANNEL = 4, 12, 1
RATIOED, SAMPLE = 3, 1
OPUS_HEADER_BYTES = 24
OpusBlock = tuple[int, bytes]


def opus_type(kind: int, channel: int = RATIOED, derivative: int = 0) -> int:
    """Return the type of a block of numbers, as OPUS packs it in bits."""
    return 3 | channel << 2 | kind << 10 | derivative << 17


def opus_parameters(**said: float | str) -> bytes:
    """Return a block of parameters."""
    parts = []
    for key, value in said.items():
        if isinstance(value, str):
            text = value.encode() + b"\0" * (2 - len(value) % 2)
            parts.append(struct.pack("<4s2H", key.encode(), 2, len(text) // 2) + text)
        elif isinstance(value, int):
            parts.append(struct.pack("<4s2Hi", key.encode(), 0, 2, value))
        else:
            parts.append(struct.pack("<4s2Hd", key.encode(), 1, 4, value))
    body = b"".join(parts) + struct.pack("<4s2H", b"END", 0, 0)
    return body + b"\0" * (-len(body) % 4)


def opus_spectrum(
    values: Values, kind: int = ABSORBANCE, channel: int = RATIOED, **said: float | str
) -> list[OpusBlock]:
    """Return the two blocks of one spectrum from 4000 to 600 1/cm."""
    known: dict[str, float | str] = {
        "DPF": 1,
        "NPT": values.size,
        "FXV": 4000.0,
        "LXV": 600.0,
        "CSF": 1.0,
        "DXU": "WN",
    }
    block = opus_type(kind, channel)
    return [
        (block, values.astype("<f4").tobytes()),
        (block | 1 << 4, opus_parameters(**(known | said))),
    ]


def opus_bytes(*blocks: OpusBlock) -> bytes:
    """Return an OPUS file of these blocks."""
    at = OPUS_HEADER_BYTES + 12 * (len(blocks) + 1)
    directory, body = [(13 << 10, 3 * (len(blocks) + 1), OPUS_HEADER_BYTES)], b""
    for kind, data in blocks:
        directory.append((kind, len(data) // 4, at + len(body)))
        body += data
    entries = b"".join(struct.pack("<3i", *entry) for entry in directory)
    count = len(directory)
    header = struct.pack(
        "<4sd3i", b"\n\n\xfe\xfe", 920622.0, OPUS_HEADER_BYTES, count, count
    )
    return header + entries + body
