"""What is learned from a library once, and what may be kept of it."""

from dataclasses import replace

import numpy as np
import pytest

from tests.trainer.localisation.made_soils import (
    CARBON,
    CLAY,
    made_farm,
    made_knowledge,
    made_library,
)
from trainer.errors import CalibrationError
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.farm_model import localise
from trainer.localisation.knowledge.library_knowledge import (
    LibraryKnowledge,
    learn_library,
)
from trainer.localisation.trust import RULE, TrustRule

SMALL = made_library(3, 20)
UNSEEN = made_farm(20, start=100)


def tells_the_same(one: LibraryKnowledge, other: LibraryKnowledge) -> bool:
    (mine,), (theirs,) = (localise(known, made_farm(12)).fits for known in (one, other))
    told = mine.model.predict(UNSEEN.spectra)
    return bool(np.array_equal(told, theirs.model.predict(UNSEEN.spectra)))


@pytest.mark.parametrize(
    ("licence", "keeps_samples", "carries"),
    [
        ("CC0-1.0", True, True),
        ("CC0-1.0", False, False),
        ("CC-BY-NC-4.0", True, False),
        ("none stated", True, False),
    ],
)
def test_soils_are_kept_where_the_licence_and_the_order_let_them(
    licence: str, keeps_samples: bool, carries: bool
) -> None:
    library = replace(SMALL, licence=licence)

    knowledge = learn_library(library, keeps_samples=keeps_samples)

    assert knowledge.carries_samples is carries
    (known,) = knowledge.by_target
    assert (known.library is not None) is carries
    assert (knowledge.library is not None) is keeps_samples


def test_a_closed_licence_teaches_what_sums_teach() -> None:
    closed = learn_library(replace(SMALL, licence="none stated"))

    assert tells_the_same(closed, learn_library(SMALL, keeps_samples=False))
    assert not tells_the_same(closed, made_knowledge(3, 20))


def test_without_a_farm_is_as_if_it_had_never_been_there() -> None:
    rule = TrustRule(library_labels=7)
    without = replace(made_knowledge(3, 20), rule=rule).without_farm("farm-1")

    assert without.rule == rule
    without = replace(without, rule=RULE)
    assert without.farms == ("farm-0", "farm-2")
    assert tells_the_same(without, learn_library(SMALL.without_farm("farm-1")))


def test_a_farm_that_is_not_in_there_changes_nothing() -> None:
    knowledge = made_knowledge(3, 20)

    assert knowledge.without_farm("home-farm") is knowledge


def test_a_farm_cannot_be_taken_out_of_knowledge_without_its_library() -> None:
    sums = learn_library(SMALL, keeps_samples=False)

    with pytest.raises(CalibrationError, match="pretrain on the library without"):
        sums.without_farm("farm-0")


def test_gaps_in_the_library_are_left_out_target_by_target() -> None:
    library = made_library(3, 20, (CARBON, CLAY))
    library.values[np.array(library.farms) == "farm-2", 1] = np.nan

    carbon, clay = learn_library(library).by_target

    assert (carbon.model.left_out.figures.n, clay.model.left_out.figures.n) == (60, 40)
    assert clay.sites is not None
    assert len(clay.sites.declared.known.sites) == 40


@pytest.mark.parametrize(("farms", "soils"), [(1, 12), (6, 2), (2, 5)])
def test_a_tiny_library_still_teaches(farms: int, soils: int) -> None:
    knowledge = learn_library(made_library(farms, soils))

    for labels in (0, 2, 6):
        (fit,) = localise(knowledge, made_farm(labels)).fits
        assert np.isfinite(fit.model.predict(UNSEEN.spectra)).all()


def test_values_of_nothing_in_the_library_leave_logarithms_out() -> None:
    library = made_library(3, 20)
    library.values[7] = 0

    (decision,) = localise(learn_library(library), made_farm(12)).decisions

    names = [name for name, _ in decision.members]
    assert "many sites" in names
    assert "many sites, logarithms" not in names


def test_typical_scans_are_nobodys_soil_and_could_be_one() -> None:
    scans = made_knowledge(3, 20).scans

    assert soils_of(SMALL).isdisjoint(scan.tobytes() for scan in scans)
    assert len(np.unique(scans, axis=0)) == len(scans)
    assert ((scans > 0) & (scans <= 1)).all()


def soils_of(library: SpectralLibrary) -> set[bytes]:
    return {scan.tobytes() for scan in library.spectra}
