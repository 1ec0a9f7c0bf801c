"""Compiled and batched searches keep what the plain reference keeps, draw for draw."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.trainer.localisation.rs_local.made_problem import (
    made_soils,
    settings_with,
)
from tests.trainer.localisation.rs_local.plain_reference import (
    plain_errors,
    plain_selection,
)
from trainer.localisation.rs_local.compiled_scorer import CompiledScorer
from trainer.localisation.rs_local.instance_search import Scorer, search
from trainer.localisation.rs_local.search_soils import SearchSoils
from trainer.localisation.rs_local.selection_settings import SelectionSettings
from trainer.localisation.rs_local.soil_draws import SoilDraws, draw_round, lots_of
from trainer.localisation.rs_local.torch_scorer import TorchScorer

OPTIONS = list(
    product(
        ("response", "reconstruction"),
        ("proportional", "probabilistic"),
        (False, True),
    )
)
CPU = torch.device("cpu")


def scorers(soils: SearchSoils, settings: SelectionSettings) -> dict[str, Scorer]:
    return {
        "compiled": CompiledScorer(soils, settings, threads=1),
        "torch": TorchScorer(soils, settings, CPU),
    }


def unwatched(count: int) -> None:
    assert count > 0


def draws_in(draws: SoilDraws) -> list[NDArray[np.int32]]:
    return [draws[at] for at in range(len(draws))]


def reference_errors(
    soils: SearchSoils, settings: SelectionSettings, draws: SoilDraws
) -> NDArray[np.float64]:
    return plain_errors(
        (soils.spectra.astype(np.float64), soils.values),
        (soils.farm_spectra, soils.farm_values),
        draws_in(draws),
        settings.components,
        settings.score,
    )


def reference_rows(soils: SearchSoils, settings: SelectionSettings) -> NDArray[np.intp]:
    def drawn(kept: NDArray[np.intp], number: int) -> Sequence[NDArray[np.int32]]:
        lots = lots_of(kept, soils.groups, settings.grouped)
        return draws_in(draw_round(lots, settings, (settings.seed, 0, number)))

    return plain_selection(
        (soils.spectra.astype(np.float64), soils.values),
        (soils.farm_spectra, soils.farm_values),
        soils.groups if settings.grouped else None,
        (
            settings.keep,
            settings.components,
            settings.retain,
            settings.score,
            settings.retention,
        ),
        drawn,
    )


@pytest.mark.parametrize(("score", "retention", "grouped"), OPTIONS)
@pytest.mark.parametrize("way", ["compiled", "torch"])
def test_the_same_soils_are_kept_as_by_the_reference(
    way: str, score: str, retention: str, grouped: bool
) -> None:
    settings = settings_with(score=score, retention=retention, grouped=grouped)
    soils = made_soils(settings)

    found = search(soils, settings, scorers(soils, settings)[way])

    assert found.rows.tolist() == reference_rows(soils, settings).tolist()
    assert 0 < len(found.rows) < len(soils.values)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a graphics card")
@pytest.mark.parametrize(("score", "retention", "grouped"), OPTIONS)
def test_a_card_keeps_the_same_soils(score: str, retention: str, grouped: bool) -> None:
    settings = settings_with(score=score, retention=retention, grouped=grouped)
    soils = made_soils(settings)

    found = search(soils, settings, TorchScorer(soils, settings, torch.device("cuda")))

    assert found.rows.tolist() == reference_rows(soils, settings).tolist()


@pytest.mark.parametrize("score", ["response", "reconstruction"])
@pytest.mark.parametrize("components", [1, 2, 10])
@pytest.mark.parametrize("way", ["compiled", "torch"])
def test_every_error_is_the_references(way: str, components: int, score: str) -> None:
    settings = settings_with(score=score, components=components)
    soils = made_soils(settings)
    lots = lots_of(np.arange(90), soils.groups, grouped=False)
    draws = draw_round(lots, settings, (1, 2))

    errors = scorers(soils, settings)[way](draws, unwatched)

    wanted = reference_errors(soils, settings, draws)
    np.testing.assert_allclose(errors, wanted, rtol=1e-10)


@pytest.mark.parametrize("score", ["response", "reconstruction"])
@pytest.mark.parametrize("way", ["compiled", "torch"])
def test_draws_of_many_sizes_are_scored_like_the_reference(
    way: str, score: str
) -> None:
    settings = settings_with(score=score)
    soils = made_soils(settings)
    sizes = [5, 6, 7, 8, 31, 90]
    rows = np.concatenate([np.arange(size) for size in sizes]).astype(np.int32)
    draws = SoilDraws(rows, np.concatenate([[0], np.cumsum(sizes)]))

    errors = scorers(soils, settings)[way](draws, unwatched)

    wanted = reference_errors(soils, settings, draws)
    np.testing.assert_allclose(errors, wanted, rtol=1e-10)


@pytest.mark.parametrize("score", ["response", "reconstruction"])
@pytest.mark.parametrize("way", ["compiled", "torch"])
def test_draws_that_hold_fewer_components_stop_there(way: str, score: str) -> None:
    settings = settings_with(score=score)
    soils = made_soils(settings)
    rows = np.array([4, 4, 4, 9, 9, 40, 40, 40], np.int32)
    draws = SoilDraws(rows, np.array([0, 8]))

    errors = scorers(soils, settings)[way](draws, unwatched)

    wanted = reference_errors(soils, settings, draws)
    np.testing.assert_allclose(errors, wanted, rtol=1e-7)


@pytest.mark.parametrize("way", ["compiled", "torch"])
def test_equal_values_tell_their_mean(way: str) -> None:
    settings = settings_with()
    soils = made_soils(settings)
    soils.values[:20] = 1.5
    draws = SoilDraws(np.arange(20, dtype=np.int32), np.array([0, 20]))

    errors = scorers(soils, settings)[way](draws, unwatched)

    wanted = np.sqrt(np.mean((soils.farm_values - 1.5) ** 2))
    np.testing.assert_allclose(errors, [wanted], rtol=1e-10)
