"""Which files are instruments' files, by the endings of their names; loads nothing."""

import re

ENDINGS = (".asd", ".sed", ".sig", ".jdx", ".dx", ".csv", ".dpt")
_OPUS_NUMBER = re.compile(r"\.[0-9]{1,6}")


def ending_of(name: str) -> str:
    """Return a name's ending in lower case, with its dot."""
    stem, dot, ending = name.rpartition(".")
    return dot + ending.lower() if stem else ""


def is_opus_number(ending: str) -> bool:
    """Say whether OPUS numbers its files so: `.0`, `.1` and on."""
    return _OPUS_NUMBER.fullmatch(ending) is not None


def is_scan_name(name: str) -> bool:
    """Say whether there is a reader for files of such a name."""
    ending = ending_of(name)
    return ending in ENDINGS or is_opus_number(ending)
