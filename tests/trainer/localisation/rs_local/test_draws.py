"""Draws are independent, without replacement, fair, and the same every time."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.trainer.localisation.rs_local.made_problem import settings_with
from trainer.localisation.rs_local.compiled_drawing import draw_groups
from trainer.localisation.rs_local.soil_draws import SoilDraws, draw_round, lots_of

KEPT = np.array([3, 5, 8, 13, 21, 34, 55, 89])
GROUPS = np.arange(90) // 4
SETTINGS = settings_with(keep=6, components=2, draws_a_sample=5)


def rows_of(draws: SoilDraws) -> list[list[int]]:
    return [draws[at].tolist() for at in range(len(draws))]


@given(seed=st.integers(0, 2**32), soils=st.integers(7, 60))
def test_a_draw_holds_as_many_soils_as_are_kept_each_once(
    seed: int, soils: int
) -> None:
    lots = lots_of(np.arange(soils), np.zeros(soils, np.intp), grouped=False)

    draws = rows_of(draw_round(lots, SETTINGS, (seed,)))

    assert len(draws) == round(soils * 5 / 6)
    assert all(len(draw) == len(set(draw)) == 6 for draw in draws)
    assert all(0 <= row < soils for draw in draws for row in draw)


@given(seed=st.integers(0, 2**32), size=st.integers(1, 9))
def test_groups_are_drawn_whole_until_enough_soils_are_held(
    seed: int, size: int
) -> None:
    groups = np.arange(40) // size
    lots = lots_of(np.arange(40), groups, grouped=True)

    draws = rows_of(draw_round(lots, SETTINGS, (seed,)))

    for draw in draws:
        held = set(groups[draw].tolist())
        assert sorted(draw) == np.flatnonzero(np.isin(groups, list(held))).tolist()
        last = int((groups == groups[draw[-1]]).sum())
        assert len(draw) - last < 6 <= len(draw)


@given(soils=st.integers(7, 60))
def test_a_draw_depends_on_its_own_chances_only(soils: int) -> None:
    lots = lots_of(np.arange(soils), np.zeros(soils, np.intp), grouped=False)
    chances = np.tile(np.random.default_rng(soils).random(6), (3, 1))
    rows, ends = np.empty(18, np.int32), np.zeros(4, np.int64)
    order = np.arange(soils).astype(np.int32)

    draw_groups((lots.rows, lots.starts), chances, order, (rows, ends))

    first, second, third = rows.reshape(3, 6).tolist()
    assert first == second == third
    assert order.tolist() == list(range(soils))


def test_only_what_is_kept_is_drawn() -> None:
    draws = draw_round(lots_of(KEPT, GROUPS, grouped=False), SETTINGS, (4,))

    assert set(draws.rows.tolist()) == set(KEPT.tolist())


def test_the_same_seed_draws_the_same_and_another_something_else() -> None:
    lots = lots_of(np.arange(50), np.zeros(50, np.intp), grouped=False)

    first, again, other = (
        draw_round(lots, SETTINGS, seed).rows.tolist()
        for seed in ((0, 1), (0, 1), (1, 0))
    )

    assert first == again != other


def test_no_soil_is_drawn_more_often_than_chance_has_it() -> None:
    settings = settings_with(keep=10, components=2, draws_a_sample=4000)
    lots = lots_of(np.arange(40), np.zeros(40, np.intp), grouped=False)

    counts = np.bincount(draw_round(lots, settings, (5,)).rows, minlength=40)

    # Of 16,000 draws each holds a soil with chance 1/4: a deviation of 55 is one sigma.
    assert np.abs(counts - 4000).max() < 5 * np.sqrt(16_000 * 0.25 * 0.75)


def test_pairs_of_soils_meet_as_often_as_chance_has_it() -> None:
    settings = settings_with(keep=4, components=2, draws_a_sample=4000)
    lots = lots_of(np.arange(8), np.zeros(8, np.intp), grouped=False)

    draws = draw_round(lots, settings, (6,))

    held = np.zeros((len(draws), 8))
    np.put_along_axis(held, draws.rows.reshape(-1, 4).astype(np.intp), 1.0, axis=1)
    meetings = (held.T @ held)[~np.eye(8, dtype=bool)]
    chance = 4 * 3 / (8 * 7)
    sigma = np.sqrt(len(draws) * chance * (1 - chance))
    assert np.abs(meetings - len(draws) * chance).max() < 5 * sigma
