"""What lies in a folder, to be compared before and after."""

import hashlib
from pathlib import Path


def digests_of(folder: Path, *without: str) -> dict[str, str]:
    """Return the digest of every file below `folder`, links by where they point."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file() and not name.startswith(without):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found
