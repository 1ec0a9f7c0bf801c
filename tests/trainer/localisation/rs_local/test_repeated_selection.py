"""Several runs: how often each soil was kept, and how much runs agree."""

from dataclasses import replace

import numpy as np
import pytest

from protocols.wavelength_grid import WavelengthGrid
from tests.trainer.localisation.rs_local.made_problem import (
    BANDS,
    SMALL,
    SOILS,
    made_farm,
    made_library,
    settings_with,
)
from trainer.calibrations.calibration import Soils
from trainer.errors import CalibrationError
from trainer.localisation.rs_local.instance_search import SearchProgress, Selection
from trainer.localisation.rs_local.repeated_selection import (
    RepeatedSelection,
    select_repeatedly,
)
from trainer.localisation.rs_local.scorer_choice import Computing
from trainer.localisation.rs_local.search_soils import SoilTable, as_seen
from trainer.localisation.rs_local.selection import (
    frequent_instances,
    repeat_selection,
)

GRID = WavelengthGrid(first=500.0, step=20.0, bands=BANDS)
TARGET = "oc_usda.c729_w.pct"


def soils_of(table: SoilTable) -> Soils:
    values = table.values[:, np.newaxis]
    return Soils(table.spectra, values, table.groups, GRID, (TARGET,))


def kept(rows: list[int], outlasted: list[int]) -> Selection:
    return Selection(np.array(rows), (), np.array(outlasted))


THREE = RepeatedSelection(
    (
        kept([0, 1], [4, 4, 1, 2, 0]),
        kept([1, 2], [1, 4, 4, 2, 0]),
        kept([1, 3], [3, 4, 1, 4, 0]),
    ),
    searched=np.arange(4),
)


def test_frequent_soils_come_first_then_those_that_outlasted_more() -> None:
    assert THREE.times.tolist() == [1, 3, 1, 1, 0]
    assert THREE.ranked.tolist() == [1, 0, 3, 2]
    assert THREE.frequent(3).tolist() == [0, 1, 3]
    np.testing.assert_allclose(THREE.share, [1 / 3, 1, 1 / 3, 1 / 3, 0])


def test_overlap_is_the_jaccard_index_of_every_two_runs() -> None:
    np.testing.assert_allclose(THREE.overlaps, [1 / 3, 1 / 3, 1 / 3])


def test_runs_of_one_seed_differ_and_repeat() -> None:
    library, farm = made_library(), made_farm()

    first, again = (select_repeatedly(library, farm, SMALL, 3) for _ in range(2))

    assert first.times.tolist() == again.times.tolist()
    assert first.overlaps.max() < 1


def test_soils_without_a_value_are_passed_over() -> None:
    library, farm = made_library(), made_farm()
    values = library.values.copy()
    values[:5] = np.nan
    gaps = replace(library, values=values)

    found = select_repeatedly(gaps, farm, SMALL, 2)

    assert found.times[:5].tolist() == [0] * 5
    assert found.ranked.min() == 5
    assert len(found.ranked) == SOILS - 5


def test_unlabelled_farm_soils_do_not_judge_responses() -> None:
    library, farm = made_library(), made_farm()
    few = replace(farm, values=np.where(np.arange(12) < 8, farm.values, np.nan))
    rows = np.arange(8)
    cut = SoilTable(farm.spectra[rows], farm.values[rows], farm.groups[:8])

    with_gaps, without = (
        select_repeatedly(library, one, SMALL, 1).times for one in (few, cut)
    )

    assert with_gaps.tolist() == without.tolist()


def test_reconstruction_needs_no_label() -> None:
    farm = replace(made_farm(), values=np.full(12, np.nan))
    settings = settings_with(score="reconstruction")

    found = select_repeatedly(made_library(), farm, settings, 1)

    assert len(found.selections[0].rows) == 30


def test_progress_counts_all_runs() -> None:
    seen = list[SearchProgress]()

    select_repeatedly(made_library(), made_farm(), SMALL, 2, seen.append)

    assert seen[-1].fits == seen[-1].planned == 120


def test_frequencies_are_the_answer_on_soils_as_calibrations_take_them() -> None:
    library, farm = soils_of(made_library()), soils_of(made_farm())

    share = repeat_selection(library, farm, SMALL, 3).share
    rows = frequent_instances(library, farm, SMALL, 3)

    assert set(np.unique(np.round(3 * share))) <= {0, 1, 2, 3}
    assert len(rows) == SMALL.keep
    assert share[rows].min() >= np.delete(share, rows).max()


def test_one_run_is_the_first_of_several() -> None:
    library, farm = soils_of(made_library()), soils_of(made_farm())

    once = repeat_selection(library, farm, SMALL, 1).selections[0]

    several = select_repeatedly(made_library(), made_farm(), SMALL, 2)
    assert once.rows.tolist() == several.selections[0].rows.tolist()


def test_absorbance_is_seen_unless_spectra_are_taken_as_given() -> None:
    reflectance = np.array([[0.1, 1.0, 0.0]], np.float32)

    seen = as_seen(reflectance, "absorbance")

    np.testing.assert_allclose(seen, [[1.0, 0.0, 3.0]], atol=1e-6)
    assert as_seen(reflectance, "as-given").tolist() == reflectance.tolist()


def test_soils_of_several_targets_are_refused() -> None:
    table = made_farm()
    both = np.stack([table.values, table.values], axis=1)
    soils = Soils(table.spectra, both, table.groups, GRID, (TARGET, "ph_index"))

    with pytest.raises(CalibrationError, match="of one target, found oc_usda"):
        frequent_instances(soils, soils, SMALL, 1)


@pytest.mark.parametrize(
    ("library_soils", "labels", "evidence"),
    [
        (0, 12, "expected library soils with a value of the target, found none"),
        (30, 12, "fewer than the library's 30 soils with a value, found 30"),
        (90, 2, "at least 3 labelled soils of the farm .* found 2"),
    ],
)
def test_too_few_soils_are_refused_with_what_to_do(
    library_soils: int, labels: int, evidence: str
) -> None:
    library, farm = made_library(), made_farm()
    known = np.where(np.arange(SOILS) < library_soils, library.values, np.nan)
    told = np.where(np.arange(12) < labels, farm.values, np.nan)

    with pytest.raises(CalibrationError, match=evidence):
        select_repeatedly(
            replace(library, values=known), replace(farm, values=told), SMALL, 1
        )


def test_no_runs_are_refused() -> None:
    with pytest.raises(CalibrationError, match="at least one run, found 0"):
        select_repeatedly(made_library(), made_farm(), SMALL, 0)


def test_a_card_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    computing = Computing(device="cuda")

    with pytest.raises(CalibrationError, match="expected a CUDA device, found none"):
        select_repeatedly(made_library(), made_farm(), SMALL, 1, computing=computing)
