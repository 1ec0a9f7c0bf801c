"""A field's answer knows that its pixels are alike, and whose border they see."""

from dataclasses import replace

import numpy as np
import pytest

from tests.trainer.crops.fields.made_fields import CLASSES, FieldOrder, made_fields
from trainer.crops.fields.field_calibration import (
    FieldCalibration,
    fit_fields,
    held_back_fields,
)
from trainer.crops.fields.field_evidence import effective_pixels
from trainer.crops.fields.field_pixels import FieldPixels
from trainer.crops.fields.field_table import answer_fields, field_table
from trainer.errors import CalibrationError

LEGEND = ("wheat", "maize", "soybean")


def calibrated(order: FieldOrder) -> FieldCalibration:
    return fit_fields(held_back_fields(made_fields(order)), 200)


@pytest.fixture(scope="module")
def calibration() -> FieldCalibration:
    return calibrated(FieldOrder(fields=400, seed=1))


def crops_of(pixels: FieldPixels) -> np.ndarray:
    return pixels.grown[pixels.first]


def test_alike_pixels_are_few_pieces_of_evidence() -> None:
    alike = calibrated(FieldOrder(shared=2.0, own=0.2))
    independent = calibrated(FieldOrder(shared=0.0, own=2.0))

    assert alike.correlation > 0.9
    assert independent.correlation < 0.05
    assert effective_pixels(np.array([100.0]), alike.correlation) < 1.2
    assert effective_pixels(np.array([100.0]), 0.0) == 100


def test_probabilities_of_fields_mean_what_they_say(
    calibration: FieldCalibration,
) -> None:
    fresh = made_fields(FieldOrder(fields=3000, seed=2))

    value = answer_fields(fresh, calibration).value

    told, right = value.max(axis=1), value.argmax(axis=1) == crops_of(fresh)
    for low, high in ((0.4, 0.7), (0.7, 0.9), (0.9, 1.0)):
        inside = (told >= low) & (told < high)
        assert told[inside].mean() == pytest.approx(right[inside].mean(), abs=0.06)


def test_multiplying_pixels_as_if_independent_would_boast(
    calibration: FieldCalibration,
) -> None:
    fresh = made_fields(FieldOrder(fields=1000, seed=3))
    naive = fresh.sums(np.log(fresh.value))
    naive = np.exp(naive - naive.max(axis=1, keepdims=True))
    naive /= naive.sum(axis=1, keepdims=True)

    told = answer_fields(fresh, calibration).value

    right = (told.argmax(axis=1) == crops_of(fresh)).mean()
    assert naive.max(axis=1).mean() > right + 0.1
    assert told.max(axis=1).mean() == pytest.approx(right, abs=0.04)


def test_sets_of_fields_hold_nine_times_of_ten() -> None:
    shares = []
    for seed in range(20):
        calibration = calibrated(FieldOrder(fields=100, seed=100 + seed))
        fresh = made_fields(FieldOrder(fields=300, seed=500 + seed))
        held = answer_fields(fresh, calibration).is_held
        shares.append(held[np.arange(300), crops_of(fresh)].mean())

    assert 0.88 <= np.mean(shares) <= 0.94


def test_intervals_hold_their_value(calibration: FieldCalibration) -> None:
    answers = answer_fields(made_fields(FieldOrder(seed=4)), calibration)

    assert (answers.low <= answers.value).all()
    assert (answers.value <= answers.high).all()


def test_border_pixels_do_not_outvote_a_field(calibration: FieldCalibration) -> None:
    clear = made_fields(FieldOrder(fields=50, shared=0.0, own=0.3, clear=3.0, seed=5))
    value = clear.value.reshape(50, 30, CLASSES).copy()
    # Six of thirty pixels are sure of the neighbour's crop.
    value[:, :6] = np.roll(np.eye(CLASSES)[crops_of(clear)], 1, axis=1)[:, None]
    bordered = replace(clear, value=value.reshape(-1, CLASSES))

    told = answer_fields(bordered, calibration).value.argmax(axis=1)

    assert (told == crops_of(clear)).all()


def test_field_of_two_crops_is_told_with_their_shares() -> None:
    sharp = calibrated(FieldOrder(shared=0.5, clear=4.0))
    clear = made_fields(FieldOrder(fields=50, shared=0.2, own=0.3, clear=4.0, seed=6))
    value = clear.value.reshape(50, 30, CLASSES).copy()
    value[0, :12] = np.array([0.01, 0.98, 0.01])
    value[0, 12:] = np.array([0.98, 0.01, 0.01])
    mixed = replace(clear, value=value.reshape(-1, CLASSES))

    answers = answer_fields(mixed, sharp)
    table = field_table(mixed, answers, 200, LEGEND, "sha256:ab")

    assert np.flatnonzero(answers.is_mixed).tolist() == [0]
    shares = table["shares"][0].as_py()
    assert [one["crop"] for one in shares] == ["wheat", "maize"]
    assert [one["share"] for one in shares] == pytest.approx([0.6, 0.4])


def test_pixels_that_err_here_and_there_are_no_second_crop() -> None:
    sharp = calibrated(FieldOrder(shared=0.5, clear=4.0))
    clear = made_fields(FieldOrder(fields=50, shared=0.2, own=0.3, clear=4.0, seed=6))
    value = clear.value.reshape(50, 30, CLASSES).copy()
    value[0, ::2] = np.array([0.01, 0.98, 0.01])
    value[0, 1::2] = np.array([0.98, 0.01, 0.01])
    strewn = replace(clear, value=value.reshape(-1, CLASSES))

    answers = answer_fields(strewn, sharp)

    assert not answers.is_mixed.any()
    assert answers.evidence.shares[0, :2] == pytest.approx([0.5, 0.5])


def test_pure_fields_are_seldom_called_mixed(calibration: FieldCalibration) -> None:
    fresh = made_fields(FieldOrder(fields=2000, seed=7))

    assert answer_fields(fresh, calibration).is_mixed.mean() < 0.08


def test_foreign_pixels_are_not_heard_unless_the_field_is_foreign(
    calibration: FieldCalibration,
) -> None:
    clear = made_fields(FieldOrder(fields=2, shared=0, own=0.2, clear=3.0, seed=8))
    value, flags = clear.value.reshape(2, 30, CLASSES).copy(), np.zeros((2, 30), bool)
    value[0, :12] = np.roll(np.eye(CLASSES)[crops_of(clear)[0]], 1)
    flags[0, :12] = True
    flags[1, :20] = True
    odd = replace(clear, value=value.reshape(-1, CLASSES), is_flagged=flags.reshape(-1))

    answers = answer_fields(odd, calibration)

    assert answers.value.argmax(axis=1).tolist() == crops_of(clear).tolist()
    assert answers.evidence.is_flagged.tolist() == [False, True]
    assert answers.evidence.flagged_share == pytest.approx([0.4, 2 / 3])


def test_few_fields_held_back_promise_little() -> None:
    few = calibrated(FieldOrder(fields=4, seed=9))
    many = calibrated(FieldOrder(fields=400, seed=9))
    fresh = made_fields(FieldOrder(fields=100, seed=10))

    few_answers, many_answers = (answer_fields(fresh, one) for one in (few, many))

    assert few.threshold == 0
    assert few.mixed_edge == 1.0
    assert few_answers.is_held.all()
    few_width = (few_answers.high - few_answers.low).mean()
    assert few_width > 2 * (many_answers.high - many_answers.low).mean()


def test_fields_of_unknown_crops_cannot_calibrate() -> None:
    unknown = made_fields(FieldOrder(fields=5))
    unlabelled = replace(unknown, grown=np.full(len(unknown.grown), -1))

    with pytest.raises(CalibrationError, match="one known crop"):
        held_back_fields(unlabelled)


def test_field_of_two_known_crops_does_not_calibrate() -> None:
    made = made_fields(FieldOrder(fields=5))
    grown = made.grown.copy()
    grown[:15] = (grown[:15] + 1) % CLASSES

    held = held_back_fields(replace(made, grown=grown))

    assert held.grown[0] == -1
    assert (held.grown[1:] == crops_of(made)[1:]).all()
