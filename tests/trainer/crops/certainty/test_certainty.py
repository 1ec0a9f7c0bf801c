"""Certainty says how often it is right, and of whom it cannot know."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.trainer.crops.certainty.made_answers import (
    FEATURES,
    OVERCONFIDENCE,
    MadeAnswers,
    made_answers,
)
from trainer.crops.certainty.certainty import Certainty, fit_certainty
from trainer.crops.certainty.conformal_set import classes_in_sets
from trainer.errors import CalibrationError


def fitted(made: MadeAnswers, groups: NDArray[np.str_] | None = None) -> Certainty:
    return fit_certainty(made.logits, made.embeddings, made.labels, groups)


def told(
    certainty: Certainty,
    logits: NDArray[np.float64],
    embeddings: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float32], ...]:
    features = np.zeros((len(logits), FEATURES)) if embeddings is None else embeddings
    tensors = [torch.from_numpy(one).float() for one in (logits, features)]
    with torch.no_grad():
        return tuple(one.numpy() for one in certainty(*tensors))


def test_overconfident_network_is_told_down_to_the_truth() -> None:
    certainty, fresh = fitted(made_answers(4000, 0)), made_answers(2000, 1)

    value, *_ = told(certainty, fresh.logits)

    assert float(certainty.temperature) == pytest.approx(OVERCONFIDENCE, rel=0.06)
    assert np.abs(value - fresh.truth).max() < 0.03
    assert value.sum(axis=1) == pytest.approx(1.0, abs=1e-6)


def test_intervals_hold_the_true_probability_nine_times_of_ten() -> None:
    fresh = made_answers(400, 1)
    held = []
    for seed in range(40):
        _, low, high, _ = told(fitted(made_answers(300, 100 + seed)), fresh.logits)
        held.append(((low <= fresh.truth) & (fresh.truth <= high)).mean())

    assert np.mean(held) >= 0.9


def test_intervals_grow_narrower_with_more_places_held_back() -> None:
    fresh = made_answers(500, 1)
    widths = []
    for places in (50, 500, 5000):
        _, low, high, _ = told(fitted(made_answers(places, 2)), fresh.logits)
        widths.append((high - low).mean())

    assert widths[0] > 2 * widths[1] > 4 * widths[2]


def test_interval_holds_its_value_and_rises_with_it() -> None:
    certainty = fitted(made_answers(300, 3))
    logits = np.zeros((400, 4))
    logits[:, 2] = np.linspace(-30, 30, 400)

    value, low, high, _ = told(certainty, logits)

    assert ((low <= value) & (value <= high)).all()
    assert ((low >= 0) & (high <= 1)).all()
    assert (np.diff(low[:, 2]) >= -1e-6).all()
    assert (np.diff(high[:, 2]) >= -1e-6).all()


def test_class_of_three_places_is_told_with_a_wide_interval() -> None:
    made = made_answers(600, 4)
    kept = (made.labels != 3) | (np.cumsum(made.labels == 3) <= 3)
    certainty = fit_certainty(
        made.logits[kept], made.embeddings[kept], made.labels[kept]
    )
    sure_of = 12 * np.eye(4)

    value, low, high, _ = told(certainty, sure_of)

    assert value[3, 3] > 0.9
    width = np.diagonal(high - low)
    assert width[3] > 0.6
    assert width[:3].max() < width[3] / 2


def test_one_place_held_back_promises_nothing() -> None:
    one = made_answers(1, 5)

    certainty = fitted(one)
    value, low, high, novelty = told(certainty, one.logits, one.embeddings)

    likeliest = value.argmax()
    assert high[0, likeliest] - low[0, likeliest] > 0.5
    assert float(certainty.threshold) == 0.0
    assert np.isfinite(novelty).all()


def test_conformal_sets_hold_the_true_class_nine_times_of_ten() -> None:
    fresh, shares = made_answers(2000, 6), []
    for seed in range(20):
        certainty = fitted(made_answers(200, 200 + seed))
        value, *_ = told(certainty, fresh.logits)
        sets = classes_in_sets(value, float(certainty.threshold))
        shares.append(sets[np.arange(2000), fresh.labels].mean())

    assert 0.89 <= np.mean(shares) <= 0.93


def test_sets_are_small_where_the_answer_is_clear() -> None:
    certainty = fitted(made_answers(2000, 7))

    value, *_ = told(certainty, np.array([[30.0, 0, 0, 0], [1.0, 1, 1, 1]]))
    sets = classes_in_sets(value, float(certainty.threshold))

    assert sets.sum(axis=1).tolist() == [1, 4]


def test_series_of_a_known_kind_is_seldom_flagged_and_a_foreign_one_always() -> None:
    certainty, fresh = fitted(made_answers(400, 8)), made_answers(2000, 9)

    *_, known = told(certainty, fresh.logits, fresh.embeddings)
    *_, foreign = told(certainty, fresh.logits, fresh.embeddings + 20)

    assert 0.02 < (known > 1).mean() < 0.09
    assert (foreign > 1).all()


def in_fields(made: MadeAnswers, fields: int, seed: int) -> MadeAnswers:
    """Let the series of a field lie off together, some fields far."""
    random = np.random.default_rng(seed)
    off = random.standard_t(4, (fields, FEATURES))
    members = np.arange(len(made.labels)) % fields
    return MadeAnswers(
        made.logits, made.embeddings + 2 * off[members], made.labels, made.truth
    )


@pytest.mark.parametrize("fields", [8, 60])
def test_series_of_unseen_fields_are_seldom_flagged(fields: int) -> None:
    flagged = []
    for seed in range(20):
        held = in_fields(made_answers(fields * 20, 300 + seed), fields, seed)
        groups = (np.arange(fields * 20) % fields).astype(np.str_)
        fresh = in_fields(made_answers(2000, 500 + seed), 200, 700 + seed)
        *_, novelty = told(fitted(held, groups), fresh.logits, fresh.embeddings)
        flagged.append((novelty > 1).mean())

    assert np.mean(flagged) < 0.09


def test_series_between_two_classes_is_foreign() -> None:
    made = made_answers(1000, 10)
    certainty = fitted(made)
    centres = [made.embeddings[made.labels == one].mean(axis=0) for one in (0, 1)]
    between = np.mean(centres, axis=0, keepdims=True)

    *_, novelty = told(certainty, np.zeros((1, 4)), between)

    assert novelty[0] > 1


def test_pixels_of_one_field_are_one_piece_of_evidence() -> None:
    made = made_answers(60, 11)
    rows = np.repeat(np.arange(60), 50)
    copied = MadeAnswers(
        made.logits[rows], made.embeddings[rows], made.labels[rows], made.truth[rows]
    )

    grouped = fitted(copied, rows.astype(np.str_))
    fields = fitted(made)

    for name in ("temperature", "knots", "low", "high"):
        torch.testing.assert_close(
            getattr(grouped, name), getattr(fields, name), atol=2e-4, rtol=0
        )


def test_places_of_unknown_crops_are_left_out() -> None:
    made = made_answers(100, 12)
    unknown = np.concatenate([made.labels, np.full(100, -1)])
    logits = np.concatenate([made.logits, made.logits[::-1]])
    embeddings = np.concatenate([made.embeddings, made.embeddings[::-1]])

    with_unknown = fit_certainty(logits, embeddings, unknown)

    for name, tensor in fitted(made).state_dict().items():
        torch.testing.assert_close(with_unknown.state_dict()[name], tensor)


def test_nothing_held_back_is_refused() -> None:
    made = made_answers(10, 13)

    with pytest.raises(CalibrationError, match="held back with a known crop"):
        fit_certainty(made.logits, made.embeddings, np.full(10, -1))


def test_answers_of_a_diverged_network_are_refused() -> None:
    made = made_answers(10, 14)
    made.logits[3, 1] = np.nan

    with pytest.raises(CalibrationError, match="has diverged"):
        fitted(made)


def test_certainty_is_filled_from_its_state() -> None:
    certainty, fresh = fitted(made_answers(100, 15)), made_answers(20, 16)
    again = Certainty(4, FEATURES)

    again.load_state_dict(certainty.state_dict())

    for one, other in zip(
        told(certainty, fresh.logits, fresh.embeddings),
        told(again, fresh.logits, fresh.embeddings),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)


def test_few_places_do_not_unsettle_what_the_network_says() -> None:
    made = made_answers(2000, 17)
    honest = MadeAnswers(
        made.logits / OVERCONFIDENCE, made.embeddings, made.labels, made.truth
    )
    temperatures = []
    for first in range(0, 2000, 8):
        few = slice(first, first + 8)
        fitted_to_few = fit_certainty(
            honest.logits[few], honest.embeddings[few], honest.labels[few]
        )
        temperatures.append(float(fitted_to_few.temperature))

    assert np.quantile(temperatures, 0.05) > 0.55
    assert np.quantile(temperatures, 0.95) < 1.8
    assert np.median(temperatures) == pytest.approx(1.0, abs=0.1)
