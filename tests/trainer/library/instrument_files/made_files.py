"""Small instrument files, made by the layout that their makers publish."""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

REFERENCE_FLAG, NO_TEXT = 0xFFFF, 0


def asd_file(
    path: Path,
    target: NDArray[np.float64],
    reference: NDArray[np.float64] | None,
    kind: int = 1,
) -> Path:
    """Write an ASD file of version 7 that starts at 350 nm, 1 nm a band."""
    header = bytearray(484)
    header[:3] = b"as7"
    header[186] = kind
    header[199] = 2
    struct.pack_into("<ff", header, 191, 350.0, 1.0)
    struct.pack_into("<H", header, 204, target.size)
    flag = REFERENCE_FLAG if reference is not None else 0
    tail = struct.pack("<HQQH", flag, 0, 0, NO_TEXT)
    white = b"" if reference is None else reference.astype("<f8").tobytes()
    path.write_bytes(bytes(header) + target.astype("<f8").tobytes() + tail + white)
    return path


def sed_file(
    path: Path,
    percent: NDArray[np.float64],
    names: str = "Wvl\tNorm. DN (Ref.)\tReflect. %",
) -> Path:
    """Write a Spectral Evolution file that starts at 350 nm, 1 nm a band."""
    rows = [
        f" {350 + at:.1f}\t1.5E+000\t {value:.4f}" for at, value in enumerate(percent)
    ]
    head = ["Comment:", "Units: None", "Columns [3]:", "Data:", names]
    path.write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8")
    return path


def sig_file(
    path: Path,
    wavelengths: NDArray[np.float64],
    percent: NDArray[np.float64],
    stretch: float = 1.0,
) -> Path:
    """Write a Spectra Vista file; `stretch` makes its last column wrong."""
    rows = [
        f"{nm:.1f}  10000.00  {100 * value:.2f}  {stretch * value:.2f}"
        for nm, value in zip(wavelengths, percent, strict=True)
    ]
    head = ["/*** Spectra Vista SIG Data ***/", "name= x.sig", "data= "]
    path.write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8")
    return path


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
