"""A season is judged date by date, on what was there, and written for both readers."""

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from tests.trainer.crops.made_series import LEGEND, MadeOrder, made_series, made_teller
from trainer.crops.in_season.evaluate_season import (
    SeasonEvaluation,
    SeasonOrder,
    _crossed_thresholds,
    evaluate_season,
)
from trainer.crops.in_season.judge_date import GrownCrops
from trainer.crops.in_season.season_files import (
    BOARD,
    EVALUATION,
    REPORT,
    write_season,
)
from trainer.crops.in_season.season_report import doubts_of, headline
from trainer.crops.prediction.season_record import RECORD_FILE, read_season_record
from trainer.crops.series.series_set import SeriesSet
from trainer.errors import EvaluationError, LibraryError

ORDER = SeasonOrder(days=(90, 150, 180, 210, 299))


@pytest.fixture(scope="module")
def series() -> SeriesSet:
    return made_series(MadeOrder(fields_across=14, pixels_across=2))


def evaluated(series: SeriesSet, order: SeasonOrder = ORDER) -> SeasonEvaluation:
    return evaluate_season(series, "sha256:cd", made_teller(), order, lambda *_: None)


@pytest.fixture(scope="module")
def found(series: SeriesSet) -> SeasonEvaluation:
    return evaluated(series)


def relabelled(series: SeriesSet, labels: np.ndarray) -> SeriesSet:
    return replace(series, places=replace(series.places, labels=labels))


def test_crops_are_told_better_as_the_season_goes_on(found: SeasonEvaluation) -> None:
    scores = [one.macro_f1 for one in found.dates[:4]]

    assert scores == sorted(scores)
    assert scores[0] < 0.5
    assert scores[-1] > 0.85
    for one in found.dates:
        assert one.macro_f1_low <= one.macro_f1 <= one.macro_f1_high


def test_sets_hold_on_every_date(found: SeasonEvaluation) -> None:
    assert all(one.set_coverage > 0.86 for one in found.dates)
    sizes = [one.set_size for one in found.dates]
    assert sizes[0] > 2
    assert sizes[-1] < 1.3


def test_threshold_of_each_half_is_chosen_by_the_other() -> None:
    values = np.array([[0.9, 0.1]] * 40 + [[0.6, 0.4]] * 40, np.float32)
    grown = GrownCrops(("a", "b"), np.zeros(80, np.intp), np.arange(80))

    thresholds = _crossed_thresholds(values, grown, np.arange(80) < 40)

    assert thresholds[:40].tolist() == pytest.approx([0.6] * 40)
    assert thresholds[40:].tolist() == pytest.approx([0.9] * 40)


def test_what_lies_behind_a_date_does_not_change_its_scores(
    series: SeriesSet, found: SeasonEvaluation
) -> None:
    late = series.days > 180
    other = replace(series, values=np.where(late[:, :, None], 0.5, series.values))

    changed = evaluated(other, replace(ORDER, days=(90, 150, 180)))

    assert changed.dates == found.dates[:3]
    assert evaluated(other).dates[-1] != found.dates[-1]


def test_same_order_finds_the_same(series: SeriesSet, found: SeasonEvaluation) -> None:
    assert msgspec.json.encode(evaluated(series)) == msgspec.json.encode(found)


def test_early_answers_are_judged_on_other_fields(found: SeasonEvaluation) -> None:
    assert found.record.rule is not None
    assert found.early is not None
    assert found.early.told_early > 0.5
    assert found.early.mean_day < 240
    assert found.early.accuracy >= found.early.accuracy_at_end - 0.05


def test_places_of_unknown_crops_are_not_judged(series: SeriesSet) -> None:
    labels = series.places.labels.copy()
    labels[::2] = -1

    found = evaluated(relabelled(series, labels))

    assert found.places == found.dates[0].n == len(series) // 2


def test_more_places_than_fit_are_drawn_and_said_to_be(series: SeriesSet) -> None:
    found = evaluated(series, replace(ORDER, most_places=400))

    assert found.dates[0].n == 400
    assert "400 of 784 places" in " ".join(doubts_of(found))


def test_no_labels_to_judge_by_are_refused(series: SeriesSet) -> None:
    unlabelled = relabelled(series, np.full(len(series), -1, np.int16))

    with pytest.raises(EvaluationError, match="whose crop is known"):
        evaluated(unlabelled)


def test_labels_of_another_legend_are_found_by_name(
    series: SeriesSet, found: SeasonEvaluation
) -> None:
    turned = replace(relabelled(series, 2 - series.places.labels), legend=LEGEND[::-1])

    assert evaluated(turned).dates == found.dates


def test_page_and_record_are_written(found: SeasonEvaluation, tmp_path: Path) -> None:
    write_season(tmp_path / "season", found)

    page = (tmp_path / "season" / REPORT).read_text()
    assert headline(found) in page
    assert "src=" not in page
    assert "<script" not in page
    again = msgspec.json.decode(
        (tmp_path / "season" / EVALUATION).read_bytes(), type=SeasonEvaluation
    )
    assert again == found
    assert read_season_record(tmp_path / "season", found.model) == found.record
    board = EventAccumulator(str(tmp_path / "season" / BOARD), {"images": 0})
    board.Reload()
    assert [one.step for one in board.Images("confusion")] == list(ORDER.days)
    assert [one.step for one in board.Scalars("f1/maize")] == list(ORDER.days)


def test_doubts_say_what_the_figures_cannot_carry(series: SeriesSet) -> None:
    labels = series.places.labels.copy()
    labels[(labels == 2) & (np.cumsum(labels == 2) > 6)] = -1

    said = " ".join(doubts_of(evaluated(relabelled(series, labels))))

    assert "On fewer than 30 places grew: soybean" in said


def test_series_that_the_model_learned_from_are_told_to_be_no_proof(
    series: SeriesSet,
) -> None:
    teller = replace(made_teller(), learned_from="sha256:cd")

    found = evaluate_season(series, "sha256:cd", teller, ORDER, lambda *_: None)

    assert "learned from these very series" in " ".join(doubts_of(found))
    assert not evaluated(series).is_learned


def test_record_of_another_model_is_refused(
    found: SeasonEvaluation, tmp_path: Path
) -> None:
    (tmp_path / RECORD_FILE).write_bytes(msgspec.json.encode(found.record))

    with pytest.raises(LibraryError, match="evaluate this model first"):
        read_season_record(tmp_path, "sha256:other")
