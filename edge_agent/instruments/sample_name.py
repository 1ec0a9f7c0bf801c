"""A sample id for a scan file that does not name its sample."""

import re

UNNAMED = "unnamed"


def sample_from_file(file: str) -> str:
    """Make a sample id of a file's name, whatever it is called."""
    stem = file.rpartition(".")[0] or file
    return re.sub(r"[^A-Za-z0-9._:-]+", "-", stem).lstrip("._:-")[:64] or UNNAMED
