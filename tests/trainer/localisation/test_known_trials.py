"""How intervals held is measured once a library; a damaged memory is measured again."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.trainer.localisation.made_soils import made_knowledge, made_library
from trainer.cache_folder import PLACE
from trainer.localisation import known_trials
from trainer.localisation.interval_trials import TrialPlan, try_intervals
from trainer.localisation.knowledge.interval_trial import IntervalTrial
from trainer.localisation.knowledge.library_knowledge import LibraryKnowledge
from trainer.localisation.known_trials import with_known_trials

LIBRARY = made_library(3, 30)
KNOWLEDGE = made_knowledge(3, 30)
TRIALS = try_intervals(LIBRARY, TrialPlan(farms=1, draws=1, labels=(0,)))


@pytest.fixture(autouse=True)
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count measurements, which are tested elsewhere; the memory is the real one."""
    measured: list[str] = []

    def count(knowledge: LibraryKnowledge, *_: object, **__: object) -> object:
        measured.append(knowledge.digest)
        return replace(knowledge, trials=TRIALS)

    monkeypatch.setenv(PLACE, str(tmp_path))
    monkeypatch.setattr(known_trials, "with_measured_intervals", count)
    return measured


def told() -> tuple[IntervalTrial, ...]:
    return with_known_trials(KNOWLEDGE, LIBRARY).trials


def test_the_next_command_finds_what_was_measured(asked: list[str]) -> None:
    assert told() == told() == TRIALS
    assert len(asked) == 1


def test_another_library_is_measured_by_itself(asked: list[str]) -> None:
    told()

    with_known_trials(made_knowledge(4, 30), made_library(4, 30))

    assert len(set(asked)) == 2


def test_a_damaged_file_is_measured_again(tmp_path: Path, asked: list[str]) -> None:
    told()
    (file,) = (tmp_path / "terroir" / "intervals").iterdir()
    file.write_bytes(file.read_bytes()[:-9])

    assert told() == TRIALS
    assert len(asked) == 2


def test_a_folder_that_cannot_be_written_costs_only_time(
    tmp_path: Path, asked: list[str]
) -> None:
    (tmp_path / "terroir").write_text("a file where the folder should be")

    assert told() == told() == TRIALS
    assert len(asked) == 2
