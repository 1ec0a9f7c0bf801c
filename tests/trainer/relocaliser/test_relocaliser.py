"""Labels become models: fitted, published, recorded and ordered, farm by farm."""

import threading
from datetime import timedelta

import msgspec

from tests.protocols.sample_messages import AT, birth_of, id_of, label_of, scan_of
from tests.trainer.relocaliser.conftest import Farmyard
from tests.trainer.waiting import wait_until

DEVICE = "acme/home-farm/scanner-1"
TARGET = "acme/home-farm/model.terroir"


def test_new_farm_gets_the_global_model_and_an_order(yard: Farmyard) -> None:
    yard.receive(birth_of(DEVICE))

    assert yard.pass_after() == 1

    digest = yard.repository.published()[TARGET]
    assert yard.book.orders == [(DEVICE, digest, "first model")]
    assert [fit.labels for fit in yard.log.all()] == [0]


def test_nothing_new_means_nothing_published(yard: Farmyard) -> None:
    yard.receive(birth_of(DEVICE))
    yard.pass_after()

    assert yard.pass_after(60) == 0


def test_labels_with_scans_make_the_next_model(yard: Farmyard) -> None:
    yard.receive(birth_of(DEVICE))
    yard.pass_after()
    first = yard.repository.published()[TARGET]
    yard.receive(scan_of(), label_of())

    assert yard.pass_after(3) == 1

    order, farm = yard.fitter.fitted[-1]
    assert order.parent == first
    assert farm.samples == ("A12",)
    assert yard.log.all()[-1].digest == yard.repository.published()[TARGET] != first


def test_label_waits_for_its_scan(yard: Farmyard) -> None:
    yard.receive(birth_of(DEVICE), label_of())
    yard.pass_after()
    assert yard.pass_after(60) == 0

    yard.receive(scan_of())

    assert yard.pass_after(3) == 1
    assert yard.log.all()[-1].labels == 1


def test_corrected_label_wins_by_its_own_time(yard: Farmyard) -> None:
    later = msgspec.structs.replace(
        label_of(record=id_of(20), value=3.0), at=AT + timedelta(days=1)
    )
    yard.receive(birth_of(DEVICE), scan_of(), later)
    yard.receive(label_of(record=id_of(21), value=1.0))

    yard.pass_after(3)

    _, farm = yard.fitter.fitted[-1]
    assert farm.values.tolist() == [[3.0]]


def test_farm_that_does_not_fit_never_stops_the_rest(yard: Farmyard) -> None:
    yard.fitter.fails_for = {"home-farm"}
    yard.receive(birth_of(DEVICE))
    yard.receive(birth_of("acme/next-farm/scanner-1", id_of(30)))

    assert yard.pass_after() == 1

    assert list(yard.repository.published()) == ["acme/next-farm/model.terroir"]
    failed = yard.log.latest()["acme", "home-farm"]
    assert failed.failure == "ValueError: home-farm does not fit"


def test_farm_that_did_not_fit_is_tried_again_with_new_labels_only(
    yard: Farmyard,
) -> None:
    yard.fitter.fails_for = {"home-farm"}
    yard.receive(birth_of(DEVICE))
    yard.pass_after()
    yard.fitter.fails_for = set()
    assert yard.pass_after(60) == 0

    yard.receive(scan_of(), label_of())

    assert yard.pass_after(3) == 1
    assert yard.log.latest()["acme", "home-farm"].failure is None


def test_every_device_of_the_farm_is_told(yard: Farmyard) -> None:
    other = "acme/home-farm/scanner-2"
    yard.receive(birth_of(DEVICE), birth_of(other, id_of(40)))

    yard.pass_after()

    assert [device for device, _, _ in yard.book.orders] == [DEVICE, other]


def test_running_relocaliser_survives_a_failure_and_stops_when_asked(
    yard: Farmyard,
) -> None:
    yard.receive(birth_of(DEVICE))
    yard.receive(birth_of("acme/next-farm/scanner-1", id_of(30)))
    yard.book.fails_once = True
    stop = threading.Event()

    thread = threading.Thread(target=yard.relocaliser.run, args=(stop,))
    thread.start()
    try:
        wait_until(lambda: len(yard.repository.published()) > 1, "both models")
    finally:
        stop.set()
        thread.join(10)

    assert not thread.is_alive()
