"""A sample id for a scan whose file does not name its sample as barcodes do."""

import re

UNNAMED = "unnamed"


def sample_from_file(file: str) -> str:
    """Make a sample id of a file's name, whatever it is called."""
    return sample_from_text(file.rpartition(".")[0] or file)


def sample_from_text(text: str) -> str:
    """Make a sample id of what a table calls its sample."""
    return re.sub(r"[^A-Za-z0-9._:-]+", "-", text).lstrip("._:-")[:64] or UNNAMED
