"""Where files lie that may be lost: whatever can be made again, and takes long."""

import hashlib
import os
from functools import cache
from importlib.metadata import version
from pathlib import Path

PLACE = "TERROIR_CACHE"
"""The environment's word for that folder."""

CODE = (
    "calibrations",
    "crops",
    "export",
    "localisation",
    "networks",
    "treatments",
)
"""Parts of the trainer that decide what is fitted and exported."""

PACKAGES = ("numpy", "onnx", "onnx-ir", "onnxscript", "torch")


def cache_folder(kind: str) -> Path:
    """Return this user's folder for files of one kind; it may not be there yet."""
    usual = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get(PLACE) or usual, "terroir", kind)


@cache
def made_with() -> str:
    """Return a digest of all code that decides what such files hold."""
    digest = hashlib.sha256()
    for name in PACKAGES:
        digest.update(f"{name} {version(name)}\0".encode())
    root = Path(__file__).parent
    for part in CODE:
        for path in sorted((root / part).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
