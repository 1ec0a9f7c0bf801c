"""Decisions are told in sentences that a farmer can check."""

from dataclasses import replace

import pytest

from tests.trainer.localisation.made_soils import made_farm, made_knowledge
from trainer.localisation.decision import ExpertDecision, TargetDecision
from trainer.localisation.farm_model import localise

TRUSTED = ExpertDecision("Library in declared units", 0.2, 0.8)
DOUBTED = ExpertDecision("Library's nearest soils", 0.9, 0.03)
DECISION = TargetDecision(
    method="auto",
    labels=15,
    unit="%",
    hedge_error=0.4,
    library_share=0.72,
    experts=(TRUSTED, DOUBTED),
    members=(("ridge", 1.0),),
    nearest_site="farm-3",
    reaches=1.04,
)


def told(decision: TargetDecision) -> str:
    return " ".join(decision.sentences())


def test_what_the_library_counts_is_said_first() -> None:
    first, *_ = DECISION.sentences()

    assert first.startswith("15 labels: ")
    assert "library counts 72%" in first
    assert "own labels say 28%" in first


def test_experts_are_told_with_both_errors_and_their_share() -> None:
    text = told(DECISION)

    assert "Library in declared units: errs 0.2 % on labels" in text
    assert "the hedge 0.4; so it was trusted (80%)" in text
    assert "the hedge 0.4; so it was hardly trusted (3%)" in text


@pytest.mark.parametrize(
    ("reaches", "how"),
    [
        (1.0, "looks like its own soils"),
        (2.5, "differs from its soils"),
        (9.0, "looks like no site of the library"),
    ],
)
def test_the_nearest_site_is_named_with_how_far_it_is(reaches: float, how: str) -> None:
    last = replace(DECISION, reaches=reaches).sentences()[-1]

    assert last.startswith("Nearest site of the library: farm-3")
    assert f"{reaches:.1f} times" in last
    assert how in last


@pytest.mark.parametrize(
    ("labels", "begins"),
    [
        (0, "No label of the farm: the library's own model answers"),
        (1, "1 label: too few to fit to"),
        (2, "2 labels: too few to fit to"),
        (3, "3 labels: what was learned from the library counts"),
    ],
)
def test_a_real_decision_says_which_way_was_gone(labels: int, begins: str) -> None:
    (decision,) = localise(made_knowledge(3, 20), made_farm(labels)).decisions

    assert told(decision).startswith(begins)
    assert sum(share for _, share in decision.members) == pytest.approx(1)


def test_shares_of_a_real_decision_come_from_its_members() -> None:
    (decision,) = localise(made_knowledge(3, 20), made_farm(12)).decisions

    shares = [share for _, share in decision.members]
    assert shares == sorted(shares, reverse=True)
    assert decision.library_share == pytest.approx(
        sum(share for name, share in decision.members if name not in LOCAL)
    )


LOCAL = ("ridge", "processes", "machine", "machine of logarithms")


def test_labels_alone_say_that_nothing_else_was_asked() -> None:
    alone = replace(DECISION, method="local", experts=(), library_share=0.0)

    assert told(alone).startswith("15 labels, and nothing else")
