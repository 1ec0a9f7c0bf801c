"""Every member: alone as in a stack, exported as fitted, judged by labels unseen."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.trainer.localisation.made_soils import made_farm, made_knowledge
from trainer.calibrations.component_choice import soil_folds
from trainer.calibrations.target_model import TargetModel
from trainer.localisation.members.farm_members import farm_members
from trainer.localisation.members.farm_stack import FarmStack, stack_of
from trainer.localisation.members.machine_member import MachineFit
from trainer.localisation.members.member_fit import StackFit, StackMember
from trainer.localisation.members.nested_answers import FOLDS, nested_answers
from trainer.localisation.members.posterior_fit import PosteriorFit
from trainer.localisation.members.value_scale import believable_ranges
from trainer.localisation.treated_soils import treat_all

Array = NDArray[np.float64]

LABELS, SEED = 12, 3
FARMS = [made_farm(LABELS, start) for start in (0, 20, 40)]
STACK = stack_of([(treat_all(one.spectra), one.values[:, 0]) for one in FARMS])
KEPT = np.delete(np.arange(LABELS), [1, 5, 9])
OUT = np.array([1, 5, 9])


def members(stack: FarmStack) -> list[StackMember]:
    (known,) = made_knowledge(3, 20).by_target
    found = farm_members(stack, known.latents, known.sites)
    return [*found.local, *found.shared, *found.declared]


@cache
def stacked() -> dict[str, StackMember]:
    return {one.name: one for one in members(STACK)}


@cache
def alone() -> dict[str, StackMember]:
    last = FarmStack(tuple(one[2:] for one in STACK.treated), STACK.values[2:])
    return {one.name: one for one in members(last)}


NAMES = sorted(stacked())


def test_no_two_members_share_a_name() -> None:
    assert len(NAMES) == len(members(STACK))


@pytest.mark.parametrize("name", NAMES)
def test_a_farm_in_a_stack_gets_what_it_gets_alone(name: str) -> None:
    together = stacked()[name].fit(KEPT).answer(OUT)[2]

    by_itself = alone()[name].fit(KEPT).answer(OUT)[0]

    np.testing.assert_allclose(together, by_itself, rtol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_exported_answers_as_the_fit_on_soils_left_out(name: str) -> None:
    fit = stacked()[name].fit(KEPT)
    answer = fit.answer(OUT)

    for at, farm in enumerate(FARMS):
        (exported,) = as_fitted_on_all(fit).members(at)
        least, most = believable_ranges(STACK.values[at, KEPT])
        model = TargetModel((exported,), float(least[0]), float(most[0]))
        (told,) = model.member_answers(farm.spectra[OUT])
        np.testing.assert_allclose(told, answer[at], rtol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_every_member_learns_something_of_made_soils(name: str) -> None:
    misses = stacked()[name].fit(KEPT).answer(OUT) - STACK.values[:, OUT]

    assert np.sqrt((misses**2).mean()) < 0.7 * STACK.values.std()


def test_nested_answers_never_see_the_label_they_are_judged_by() -> None:
    lied = STACK.values.copy()
    lied[1, 4] *= 20
    folds = soil_folds(LABELS, FOLDS, SEED)
    (fold,) = (out for _, out in folds if 4 in out)

    honest = nested_answers(STACK, members(STACK), SEED)
    after_lie = FarmStack(STACK.treated, lied)
    after = nested_answers(after_lie, members(after_lie), SEED)

    np.testing.assert_array_equal(after[:, 1, fold], honest[:, 1, fold])
    others = np.setdiff1d(np.arange(LABELS), fold)
    assert (np.abs(after - honest)[:, 1, others].max(axis=1) > 0.01).all()


def test_nested_answers_are_those_of_refits_without_the_fold() -> None:
    found = nested_answers(STACK, members(STACK), SEED)
    kept, out = soil_folds(LABELS, FOLDS, SEED)[2]
    least, most = believable_ranges(STACK.values[:, kept])

    for at, member in enumerate(members(STACK)):
        told = np.clip(member.fit(kept).answer(out), least, most)
        np.testing.assert_allclose(found[at][:, out], told, rtol=1e-9)


def test_a_stack_with_a_value_of_nothing_has_no_logarithms() -> None:
    values = STACK.values.copy()
    values[0, 0] = 0

    names = [one.name for one in members(FarmStack(STACK.treated, values))]

    assert names
    assert not [name for name in names if "logarithm" in name]
    assert [name for name in NAMES if "logarithm" in name]


def as_fitted_on_all(fit: StackFit) -> StackFit:
    """Return the fit with weights of nothing on soils that were left out."""
    everything = np.arange(LABELS)
    if isinstance(fit, MachineFit):
        return replace(fit, kept=everything, weights=spread_out(fit.weights))
    assert isinstance(fit, PosteriorFit)
    weights = spread_out(fit.posterior.weights)
    posterior = replace(fit.posterior, weights=weights)
    return replace(fit, kept=everything, posterior=posterior)


def spread_out(weights: Array) -> Array:
    spread = np.zeros((*weights.shape[:-1], LABELS))
    spread[..., KEPT] = weights
    return spread
