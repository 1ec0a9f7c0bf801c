"""Names, record ids and digests: how they look, and how new ones are made.

A record id is made on the device and is the key that makes delivery effectively
once: the same scan file gives the same id however often it is read.
"""

import hashlib
import re
import secrets
from typing import Annotated

import msgspec

from protocols.errors import IdentifierError

# `$` alone would let a newline follow the last character.
NAME_PATTERN = r"^[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?$(?!\n)"
"""Three names of 20 and two slashes fit the 64 characters of a certificate's name."""

RECORD_ID_PATTERN = r"^[0-9a-f]{32}$(?!\n)"
DIGEST_PATTERN = r"^[0-9a-f]{64}$(?!\n)"
SAMPLE_ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$(?!\n)"

Name = Annotated[str, msgspec.Meta(pattern=NAME_PATTERN)]
RecordId = Annotated[str, msgspec.Meta(pattern=RECORD_ID_PATTERN)]
Digest = Annotated[str, msgspec.Meta(pattern=DIGEST_PATTERN)]
SampleId = Annotated[str, msgspec.Meta(pattern=SAMPLE_ID_PATTERN)]


class DeviceAddress(msgspec.Struct, frozen=True):
    """Where a device belongs: tenant, farm and its own name there."""

    tenant: Name
    farm: Name
    device: Name

    def __str__(self) -> str:
        """Return the certificate's common name, which is also a topic's middle."""
        return f"{self.tenant}/{self.farm}/{self.device}"


def parse_address(text: str) -> DeviceAddress:
    """Read `tenant/farm/device`, as certificates and settings write it."""
    parts = text.split("/")
    if len(parts) != 3:  # noqa: PLR2004 - the three parts of an address
        raise IdentifierError(f"expected tenant/farm/device, found {text!r}")
    return DeviceAddress(*(checked_name(part) for part in parts))


def checked_name(text: str) -> str:
    """Return `text` if it can name a tenant, farm or device."""
    return _matching(NAME_PATTERN, text, "1 to 20 of a-z, 0-9 and inner hyphens")


def checked_sample_id(text: str) -> str:
    """Return `text` if it can be a sample's barcode."""
    return _matching(SAMPLE_ID_PATTERN, text, "1 to 64 letters, digits or ._:-")


def _matching(pattern: str, text: str, expected: str) -> str:
    if not re.fullmatch(pattern, text):
        raise IdentifierError(f"expected {expected}, found {text!r}")
    return text


def new_record_id(time_ms: int) -> str:
    """Make an id that sorts by time and that no other device makes."""
    return f"{time_ms & 0xFFFFFFFFFFFF:012x}{secrets.token_hex(10)}"


def record_id_of(*parts: bytes) -> str:
    """Make the id that belongs to this content, the same one every time."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()[:32]
