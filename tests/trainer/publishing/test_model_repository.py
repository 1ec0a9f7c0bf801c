"""What is published is signed, whole and the farm's own, or not published at all."""

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tuf.api.exceptions import DownloadHTTPError, ExpiredMetadataError
from tuf.ngclient.fetcher import FetcherInterface
from tuf.ngclient.updater import Updater

from tests.protocols.sample_crop_packages import sample_crop_package
from tests.protocols.sample_packages import sample_package
from trainer.errors import RepositoryError
from trainer.publishing.metadata_folder import MetadataFolder
from trainer.publishing.model_repository import ModelRepository, Publication
from trainer.publishing.signing_keys import SigningKeys

TARGET = "acme/home-farm/model.terroir"


class FolderFetcher(FetcherInterface):
    """Reads a repository's folder as if it were served."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = self._folder / urlsplit(url).path.lstrip("/")
        if not path.is_file():
            raise DownloadHTTPError(url, 404)
        yield path.read_bytes()


def digest_offered(folder: Path, target: str = TARGET) -> str | None:
    """Return what a device that trusts only the first root is offered."""
    trusted = folder.parent / "trusted"
    trusted.mkdir(exist_ok=True)
    updater = Updater(
        str(trusted),
        "https://models/metadata/",
        target_base_url="https://models/targets/",
        fetcher=FolderFetcher(folder),
        bootstrap=(folder / "metadata" / "1.root.json").read_bytes(),
    )
    found = updater.get_targetinfo(target)
    return found.hashes["sha256"] if found else None


def files_in(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in files}


def test_published_package_is_offered_to_its_farm(
    repository: ModelRepository, folder: Path
) -> None:
    package = sample_package()

    digest = repository.publish("acme", "home-farm", package)

    assert digest_offered(folder) == digest
    blob = folder / "targets" / "acme" / "home-farm" / f"{digest}.model.terroir"
    assert blob.read_bytes() == package


def test_farm_without_a_package_is_offered_none(
    repository: ModelRepository, folder: Path
) -> None:
    repository.publish("acme", "home-farm", sample_package())

    assert digest_offered(folder, "acme/next-farm/model.terroir") is None


def test_a_crop_model_is_offered_beside_the_farms_soil_model(
    repository: ModelRepository, folder: Path
) -> None:
    soil = repository.publish("acme", "home-farm", sample_package())

    crops = repository.publish("acme", "home-farm", sample_crop_package())

    assert digest_offered(folder) == soil
    assert digest_offered(folder, "acme/home-farm/crops.terroir") == crops


def test_a_crop_model_is_never_published_as_a_soil_model(
    repository: ModelRepository, folder: Path
) -> None:
    before = files_in(folder)

    with pytest.raises(RepositoryError, match=r"expected a package for model\.terroir"):
        repository.publish_many(
            [Publication("acme", "home-farm", sample_crop_package())]
        )

    assert files_in(folder) == before


def test_newer_package_replaces_the_older_which_stays_on_disk(
    repository: ModelRepository, folder: Path
) -> None:
    first = repository.publish("acme", "home-farm", sample_package())

    second = repository.publish("acme", "home-farm", sample_package(card=b"# New\n"))

    assert digest_offered(folder) == second
    assert (folder / f"targets/acme/home-farm/{first}.model.terroir").exists()


def test_publishing_the_same_again_signs_nothing(
    repository: ModelRepository, folder: Path
) -> None:
    repository.publish("acme", "home-farm", sample_package())
    before = files_in(folder)

    repository.publish("acme", "home-farm", sample_package())

    assert files_in(folder) == before


def test_many_farms_are_published_in_one_step(
    repository: ModelRepository, folder: Path
) -> None:
    farms = [f"farm-{number}" for number in range(20)]
    packages = [
        Publication("acme", farm, sample_package("acme", farm)) for farm in farms
    ]

    digests = repository.publish_many(packages)

    offered = {f"acme/{farm}/model.terroir" for farm in farms}
    assert repository.published() == dict(
        zip(sorted(offered), _by(farms, digests), strict=True)
    )
    assert len(list((folder / "metadata").glob("*.snapshot.json"))) == 2


def _by(farms: list[str], digests: list[str]) -> list[str]:
    return [digest for _, digest in sorted(zip(farms, digests, strict=True))]


@pytest.mark.parametrize(
    "package",
    [b"", b"no package", sample_package()[:-30], sample_package(farm="next-farm")],
    ids=["empty", "foreign", "truncated", "another farm's"],
)
def test_refused_package_changes_nothing_on_disk(
    repository: ModelRepository, folder: Path, package: bytes
) -> None:
    before = files_in(folder)

    with pytest.raises(RepositoryError):
        repository.publish("acme", "home-farm", package)

    assert files_in(folder) == before


def test_publication_cut_short_before_its_timestamp_is_not_offered(
    repository: ModelRepository, folder: Path
) -> None:
    first = repository.publish("acme", "home-farm", sample_package())
    timestamp = folder / "metadata" / "timestamp.json"
    before = timestamp.read_bytes()
    repository.publish("acme", "home-farm", sample_package(card=b"# Lost\n"))
    timestamp.write_bytes(before)

    assert digest_offered(folder) == first
    third = repository.publish("acme", "home-farm", sample_package(card=b"# Third\n"))
    assert digest_offered(folder) == third


def test_concurrent_publishers_lose_no_publication(
    folder: Path, keys: SigningKeys
) -> None:
    farms = [f"farm-{number}" for number in range(8)]

    def publish(farm: str) -> str:
        package = sample_package("acme", farm)
        return ModelRepository(folder, keys).publish("acme", farm, package)

    with ThreadPoolExecutor(4) as pool:
        digests = list(pool.map(publish, farms))

    assert sorted(ModelRepository(folder, keys).published().values()) == sorted(digests)


def test_publisher_waits_for_the_one_before(
    repository: ModelRepository, folder: Path, keys: SigningKeys
) -> None:
    other = MetadataFolder(folder / "metadata", keys)

    with ThreadPoolExecutor(1) as pool:
        with other.locked():
            waiting = pool.submit(
                repository.publish, "acme", "home-farm", sample_package()
            )
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
            assert repository.published() == {}

        digest = waiting.result(timeout=10)

    assert repository.published() == {TARGET: digest}


def test_signatures_that_ran_out_are_refused_until_refreshed(
    repository: ModelRepository, folder: Path, keys: SigningKeys
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=8)
    past = ModelRepository(folder, keys, lambda: long_ago)
    digest = past.publish("acme", "home-farm", sample_package())
    with pytest.raises(ExpiredMetadataError):
        digest_offered(folder)

    assert repository.refresh() == 1

    assert digest_offered(folder) == digest


def test_refresh_leaves_fresh_signatures_alone(
    repository: ModelRepository, folder: Path
) -> None:
    before = files_in(folder)

    assert repository.refresh() == 0

    assert files_in(folder) == before


def test_refresh_renews_bins_before_they_run_out(
    repository: ModelRepository, folder: Path, keys: SigningKeys
) -> None:
    digest = repository.publish("acme", "home-farm", sample_package())
    in_80_days = datetime.now(UTC) + timedelta(days=80)

    renewed = ModelRepository(folder, keys, lambda: in_80_days).refresh()

    assert renewed == 256 + 2
    assert digest_offered(folder) == digest


def test_keys_are_readable_by_their_owner_only(keys: SigningKeys, folder: Path) -> None:
    del keys
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.parent.glob("keys/*")}

    assert modes == {0o600}


def test_repository_is_not_made_over_another(repository: ModelRepository) -> None:
    with pytest.raises(RepositoryError, match="choose another folder"):
        repository.create()
