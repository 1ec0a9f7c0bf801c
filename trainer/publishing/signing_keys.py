"""The keys that sign the repository: one a role, ed25519, mode 0600, never served.

Root and targets sign rarely and may be moved to a safe place; bins, snapshot and
timestamp sign with every publication.
"""

from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from securesystemslib.signer import (  # type: ignore[attr-defined]  # public, though not marked
    CryptoSigner,
)

from trainer.durable_files import PRIVATE, write_durably
from trainer.errors import RepositoryError

BINS = "bins"
ROLES = ("root", "targets", BINS, "snapshot", "timestamp")


class SigningKeys:
    """The folder of the keys; each is read when it first signs."""

    def __init__(self, folder: Path) -> None:
        """Remember where the keys lie."""
        self._folder = folder
        self._signers: dict[str, CryptoSigner] = {}

    def create(self) -> None:
        """Make a key for every role; refuse where there are some."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for role in ROLES:
            if self._path(role).exists():
                raise RepositoryError(
                    f"expected no key at {self._path(role)}, found one; "
                    "choose another folder"
                )
        for role in ROLES:
            signer = CryptoSigner.generate_ed25519()
            write_durably(self._path(role), signer.private_bytes, PRIVATE)

    def of(self, role: str) -> CryptoSigner:
        """Return the key of one role."""
        if role not in self._signers:
            self._signers[role] = self._read(role)
        return self._signers[role]

    def _path(self, role: str) -> Path:
        return self._folder / f"{role}.pem"

    def _read(self, role: str) -> CryptoSigner:
        try:
            return CryptoSigner(
                load_pem_private_key(self._path(role).read_bytes(), password=None)
            )
        except (OSError, ValueError) as error:
            raise RepositoryError(
                f"expected the key of {role} at {self._path(role)}: {error}"
            ) from error
