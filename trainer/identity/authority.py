"""A small certificate authority: one key, one certificate a device or service.

A certificate's common name is all that the broker and the model repository go by, so
names are checked before anything is signed. Keys never leave the folder they were
written to, mode 0600. It does not revoke: a lost device's certificate runs out.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from trainer.durable_files import PRIVATE, write_durably
from trainer.errors import IdentityError

CERTIFICATE_NAME = "authority.pem"
KEY_NAME = "authority.key"
AUTHORITY_VALIDITY = timedelta(days=20 * 365)
VALIDITY = timedelta(days=2 * 365)
CLOCKS_MAY_DIFFER_BY = timedelta(days=1)


@dataclass(frozen=True)
class Identity:
    """A certificate and its key, as PEM."""

    certificate: bytes
    key: bytes

    def write(self, certificate: Path, key: Path) -> None:
        """Put both into files; nobody else may read the key."""
        write_durably(key, self.key, PRIVATE)
        write_durably(certificate, self.certificate)


@dataclass(frozen=True)
class Authority:
    """The key that everyone in a workspace trusts, and what it signs."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def certificate_pem(self) -> bytes:
        """The certificate that clients and servers trust."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def issue_client(self, name: str) -> Identity:
        """Return a certificate with which a device or service connects as `name`."""
        return self._issue(
            name, x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), ()
        )

    def issue_server(self, name: str, hosts: Sequence[str]) -> Identity:
        """Return a certificate with which a server answers at `hosts`."""
        return self._issue(
            name, x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), hosts
        )

    def _issue(
        self, name: str, usage: x509.ExtendedKeyUsage, hosts: Sequence[str]
    ) -> Identity:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = (
            _builder(name, self.certificate.subject, key, VALIDITY)
            .add_extension(
                x509.BasicConstraints(ca=False, path_length=None), critical=True
            )
            .add_extension(usage, critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(
                    self.key.public_key()
                ),
                critical=False,
            )
        )
        if hosts:
            names = x509.SubjectAlternativeName([_host_name(host) for host in hosts])
            builder = builder.add_extension(names, critical=False)
        return Identity(
            builder.sign(self.key, hashes.SHA256()).public_bytes(
                serialization.Encoding.PEM
            ),
            _private_pem(key),
        )


def create_authority(folder: Path, name: str = "Terroir authority") -> Authority:
    """Make a new authority in `folder`; refuse where there is one."""
    if (folder / KEY_NAME).exists():
        raise IdentityError(
            f"expected no authority in {folder}, found one; choose another folder"
        )
    folder.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _self_signed(name, key)
    Identity(
        certificate.public_bytes(serialization.Encoding.PEM), _private_pem(key)
    ).write(folder / CERTIFICATE_NAME, folder / KEY_NAME)
    return Authority(certificate, key)


def load_authority(folder: Path) -> Authority:
    """Read the authority in `folder`."""
    try:
        certificate = x509.load_pem_x509_certificate(
            (folder / CERTIFICATE_NAME).read_bytes()
        )
        key = serialization.load_pem_private_key(
            (folder / KEY_NAME).read_bytes(), password=None
        )
    except (OSError, ValueError) as error:
        raise IdentityError(
            f"expected an authority in {folder}: {error}; `terroir init` makes one"
        ) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise IdentityError(f"expected a P-256 key in {folder}, found another kind")
    return Authority(certificate, key)


def _self_signed(name: str, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    subject = _subject(name)
    signs_only = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        _builder(name, subject, key, AUTHORITY_VALIDITY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(signs_only, critical=True)
        .sign(key, hashes.SHA256())
    )


def _builder(
    name: str,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    validity: timedelta,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_subject(name))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCKS_MAY_DIFFER_BY)
        .not_valid_after(now + validity)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
    )


def _subject(name: str) -> x509.Name:
    try:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    except ValueError as error:
        raise IdentityError(
            f"expected a name of 1 to 64 characters, found {name!r}"
        ) from error


def _host_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
