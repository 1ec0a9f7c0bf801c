"""Updates from a real TUF repository over HTTP: taken, or refused without a trace."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge_agent.active_model import package_path, read_active
from edge_agent.clock import SystemClock
from edge_agent.predictor.loaded_model import load_model_in_use
from edge_agent.updates.outcome import UpdateResult
from edge_agent.updates.refresh import Refresh
from tests.edge_agent.conftest import Enrol
from tests.simulators.certificates import Authority
from tests.simulators.enrolled_device import EnrolledDevice, Enrolment
from tests.simulators.file_tree import digests_of
from tests.simulators.golden_fields import PACKAGE as CROPS
from tests.simulators.model_packages import PackageRecipe, build_model_package
from tests.simulators.update_repository import UpdateRepository
from tests.simulators.update_server import serving

SECOND = PackageRecipe(seed=2)


@pytest.fixture
def device(
    enrol: Enrol, repository: UpdateRepository, repository_url: str
) -> EnrolledDevice:
    """A device that runs the first model of the repository."""
    root = repository.root_bytes
    device = enrol(Enrolment(repository=repository_url, root=root))
    repository.publish(build_model_package())
    assert refresh(device).outcome == "activated"
    return device


def refresh(device: EnrolledDevice) -> UpdateResult:
    """Look for a better model once."""
    return Refresh(device.settings, SystemClock()).run()


def running_model(device: EnrolledDevice) -> str:
    """Return the model that the predictor would load."""
    model = load_model_in_use(device.state).model
    assert model is not None
    return model.digest


def test_new_model_is_activated_and_the_one_before_is_kept(
    device: EnrolledDevice, repository: UpdateRepository
) -> None:
    first = running_model(device)
    second = repository.publish(build_model_package(SECOND))

    result = refresh(device)

    assert (result.outcome, result.running, result.offered) == (
        "activated",
        second,
        second,
    )
    assert read_active(device.state).candidates == (second, first)
    assert running_model(device) == second


def test_packages_older_than_the_one_before_are_deleted(
    device: EnrolledDevice, repository: UpdateRepository
) -> None:
    for seed in (2, 3):
        repository.publish(build_model_package(PackageRecipe(seed=seed)))
        assert refresh(device).outcome == "activated"

    kept = {path.stem for path in (device.state / "packages").iterdir()}

    assert kept == set(read_active(device.state).candidates)


def test_model_that_runs_already_is_current(device: EnrolledDevice) -> None:
    before = digests_of(device.state)

    result = refresh(device)

    assert result.outcome == "current"
    assert digests_of(device.state) == before


def test_farm_without_a_model_is_current(
    enrol: Enrol, repository: UpdateRepository, repository_url: str
) -> None:
    device = enrol(Enrolment(repository=repository_url, root=repository.root_bytes))

    result = refresh(device)

    assert (result.outcome, result.offered) == ("current", None)


@pytest.mark.parametrize(
    ("recipe", "expected"),
    [
        (PackageRecipe(seed=2, golden_is_wrong_by=0.2), "golden answers"),
        (PackageRecipe(seed=2, farm="far-farm"), "acme/far-farm"),
        (PackageRecipe(seed=2, graph_is_broken=True), "onnxruntime loads"),
        (PackageRecipe(seed=2, runtime="tflite-runtime"), "no graph for"),
    ],
)
def test_signed_package_that_fails_its_proof_leaves_the_old_one_in_place(
    device: EnrolledDevice,
    repository: UpdateRepository,
    recipe: PackageRecipe,
    expected: str,
) -> None:
    before = digests_of(device.state, "tuf")
    repository.publish(build_model_package(recipe))

    result = refresh(device)

    assert (result.outcome, expected in result.detail) == ("refused", True), result
    assert digests_of(device.state, "tuf") == before


def test_a_model_of_crops_is_refused_by_a_spectrometer_whose_model_stays(
    device: EnrolledDevice, repository: UpdateRepository
) -> None:
    before = digests_of(device.state, "tuf")
    repository.publish(CROPS.read_bytes())

    result = refresh(device)

    assert result.outcome == "refused"
    assert "ask it with `terroir-edge crops`" in result.detail
    assert digests_of(device.state, "tuf") == before


def test_tampered_package_is_refused(
    device: EnrolledDevice, repository: UpdateRepository
) -> None:
    before = digests_of(device.state, "tuf")
    repository.tamper_with_package(repository.publish(build_model_package(SECOND)))

    result = refresh(device)

    assert result.outcome == "refused"
    assert digests_of(device.state, "tuf") == before


def test_truncated_package_is_refused(
    device: EnrolledDevice, repository: UpdateRepository
) -> None:
    before = digests_of(device.state, "tuf")
    repository.cut_package_short(repository.publish(build_model_package(SECOND)))

    result = refresh(device)

    assert result.outcome in ("refused", "unreachable")
    assert digests_of(device.state, "tuf") == before


def test_rolled_back_timestamp_changes_nothing_on_disk(
    device: EnrolledDevice, repository: UpdateRepository
) -> None:
    old = repository.timestamp_bytes()
    repository.publish(build_model_package(SECOND))
    assert refresh(device).outcome == "activated"
    before = digests_of(device.state)

    repository.roll_back_timestamp(old)
    result = refresh(device)

    assert (result.outcome, "not trusted" in result.detail) == ("refused", True)
    assert digests_of(device.state) == before


def test_foreign_key_changes_nothing_on_disk(
    device: EnrolledDevice, repository: UpdateRepository
) -> None:
    before = digests_of(device.state)
    repository.sign_timestamp_with_foreign_key()

    result = refresh(device)

    assert (result.outcome, "not trusted" in result.detail) == ("refused", True)
    assert digests_of(device.state) == before


def test_expired_metadata_are_refused(
    device: EnrolledDevice, repository: UpdateRepository
) -> None:
    before = digests_of(device.state, "tuf")
    repository.expire()

    result = refresh(device)

    assert (result.outcome, "expired" in result.detail) == ("refused", True)
    assert digests_of(device.state, "tuf") == before


def test_repository_that_is_away_is_unreachable(
    enrol: Enrol, repository: UpdateRepository
) -> None:
    device = enrol(Enrolment(root=repository.root_bytes))

    assert refresh(device).outcome == "unreachable"


class StoppedClock:
    """A clock that says one thing."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        """Return that one thing."""
        return self._moment

    def monotonic(self) -> float:
        """Return no progress."""
        return 0.0


@pytest.mark.parametrize("year", [1970, 2106])
def test_wrong_clock_makes_new_installs_wait(
    device: EnrolledDevice, repository: UpdateRepository, year: int
) -> None:
    before = digests_of(device.state)
    repository.publish(build_model_package(SECOND))
    clock = StoppedClock(datetime(year, 1, 1, tzinfo=UTC))

    result = Refresh(device.settings, clock).run()

    assert (result.outcome, str(year) in result.detail) == ("refused", True)
    assert digests_of(device.state) == before


def test_damaged_model_falls_back_to_the_one_before_and_is_fetched_again(
    device: EnrolledDevice, repository: UpdateRepository
) -> None:
    first = running_model(device)
    second = repository.publish(build_model_package(SECOND))
    assert refresh(device).outcome == "activated"
    path = package_path(device.state, second)
    path.write_bytes(path.read_bytes()[:-9] + b"\0" * 9)

    assert running_model(device) == first
    result = refresh(device)

    assert (result.outcome, result.running) == ("activated", second)
    assert read_active(device.state).candidates == (second, first)


def test_repository_over_mutual_tls_takes_the_devices_certificate(
    enrol: Enrol, repository: UpdateRepository, authority: Authority
) -> None:
    repository.publish(build_model_package())
    with serving(repository.metadata_folder.parent, authority) as url:
        device = enrol(Enrolment(repository=url, root=repository.root_bytes))

        result = refresh(device)

    assert result.outcome == "activated"


def test_repository_with_a_certificate_of_strangers_is_not_asked(
    enrol: Enrol, repository: UpdateRepository, tmp_path: Path
) -> None:
    strangers = Authority(tmp_path / "strangers", "strangers")
    with serving(repository.metadata_folder.parent, strangers) as url:
        device = enrol(Enrolment(repository=url, root=repository.root_bytes))

        result = refresh(device)

    assert (result.outcome, "certificate" in result.detail) == ("unreachable", True)
