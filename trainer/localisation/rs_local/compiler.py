"""How loops are compiled: once for this processor, then kept on disk.

Where nothing can be kept, a process compiles for itself. On processors with 512-bit
vectors the compiler is asked for 256-bit ones: widening spectra to double precision is
what such a processor is slow at, and halves are a sixth faster in these loops. It can
be asked only before numba compiles anything; a choice that the user made stays.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from llvmlite import binding
from numba import config, njit

Loop = TypeVar("Loop", bound=Callable[..., Any])

_SHORT_VECTORS = "+prefer-256-bit"
_REORDER = {"reassoc", "contract", "nsz", "arcp"}
"""Lets sums run in vectors, always the same way; NaN stays NaN."""


def compiled(loop: Loop) -> Loop:
    """Compile a loop as it stands; it holds no lock of Python's."""
    return _compiled(loop, reorders=False)


def compiled_sums(loop: Loop) -> Loop:
    """Compile a loop whose sums may run in vectors."""
    return _compiled(loop, reorders=True)


def _compiled(loop: Loop, *, reorders: bool) -> Loop:
    fastmath = _REORDER if reorders else False
    make: Any = njit
    made: Loop
    try:
        made = make(nogil=True, cache=True, fastmath=fastmath)(loop)
    except RuntimeError:  # numba found no folder that it may write to
        made = make(nogil=True, fastmath=fastmath)(loop)
    return made


def _choose_vectors() -> None:
    features, settings = binding.get_host_cpu_features(), vars(config)
    if settings["CPU_FEATURES"] is None and features.get("avx512f"):
        settings["CPU_FEATURES"] = f"{features.flatten()},{_SHORT_VECTORS}"


_choose_vectors()
