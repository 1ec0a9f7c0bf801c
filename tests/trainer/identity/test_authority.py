"""Certificates name who holds them, for what, and how long."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from trainer.errors import IdentityError
from trainer.identity.authority import Authority, create_authority, load_authority


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return create_authority(tmp_path / "authority")


def usage_of(certificate: x509.Certificate) -> list[x509.ObjectIdentifier]:
    return list(
        certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    )


def read(pem: bytes) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem)


def test_device_certificate_names_the_device_and_lets_it_connect_only(
    authority: Authority,
) -> None:
    certificate = read(authority.issue_client("acme/home-farm/scanner-1").certificate)

    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == "acme/home-farm/scanner-1"
    assert usage_of(certificate) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    certificate.verify_directly_issued_by(authority.certificate)


def test_server_certificate_names_its_hosts(authority: Authority) -> None:
    hosts = ["models.example.org", "127.0.0.1"]

    certificate = read(authority.issue_server("repository", hosts).certificate)

    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert names.value.get_values_for_type(x509.DNSName) == ["models.example.org"]
    assert [str(one) for one in names.value.get_values_for_type(x509.IPAddress)] == [
        "127.0.0.1"
    ]
    assert usage_of(certificate) == [ExtendedKeyUsageOID.SERVER_AUTH]


def test_certificate_runs_out_and_allows_for_a_slow_clock(authority: Authority) -> None:
    certificate = read(authority.issue_client("cloud-ingest").certificate)

    now = datetime.now(UTC)
    assert certificate.not_valid_before_utc < now - timedelta(hours=23)
    assert now + timedelta(days=700) < certificate.not_valid_after_utc
    assert certificate.not_valid_after_utc < now + timedelta(days=800)


def test_longest_address_fits_a_certificate(authority: Authority) -> None:
    name = "/".join(["a" * 20] * 3)

    certificate = read(authority.issue_client(name).certificate)

    assert certificate.subject.rfc4514_string() == f"CN={name}"


def test_name_that_is_too_long_is_refused(authority: Authority) -> None:
    with pytest.raises(IdentityError, match="64 characters"):
        authority.issue_client("a" * 65)


def test_authority_is_read_back(authority: Authority, tmp_path: Path) -> None:
    found = load_authority(tmp_path / "authority")

    assert found.certificate == authority.certificate
    identity = found.issue_client("cloud-ingest")
    read(identity.certificate).verify_directly_issued_by(authority.certificate)


def test_authority_is_not_made_over_another(
    authority: Authority, tmp_path: Path
) -> None:
    key = (tmp_path / "authority" / "authority.key").read_bytes()

    with pytest.raises(IdentityError, match="choose another folder"):
        create_authority(tmp_path / "authority")

    assert (tmp_path / "authority" / "authority.key").read_bytes() == key
    assert (
        authority.certificate_pem == (tmp_path / "authority/authority.pem").read_bytes()
    )


def test_missing_authority_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(IdentityError, match="terroir init"):
        load_authority(tmp_path)


def test_keys_are_readable_by_their_owner_only(
    authority: Authority, tmp_path: Path
) -> None:
    authority.issue_client("cloud-ingest").write(tmp_path / "c.pem", tmp_path / "c.key")

    keys = (tmp_path / "authority" / "authority.key", tmp_path / "c.key")
    assert [stat.S_IMODE(key.stat().st_mode) for key in keys] == [0o600, 0o600]
