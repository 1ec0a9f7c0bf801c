"""The rule of trust: a hedge that nobody chooses, experts that must earn it."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from trainer.localisation.trust import RULE, MemberAnswers, Trusted, trusted

Array = NDArray[np.float64]
FARMS = 3


@dataclass(frozen=True)
class Case:
    """Made answers: how wrong the hedge's members are, and each expert."""

    labels: int = 20
    shared: int = 2
    experts: tuple[float, ...] = ()
    hedge: float = 1.0
    seed: int = 0

    def values(self) -> Array:
        """Return what the laboratory says."""
        return np.random.default_rng(self.seed).normal(10, 3, (FARMS, self.labels))

    def answers(self) -> MemberAnswers:
        """Return answers that err by just so much, up and down in turn."""
        values, sign = self.values(), np.resize([1.0, -1.0], self.labels)
        return MemberAnswers(
            np.stack([values + self.hedge * sign] * 3),
            np.stack([values + self.hedge * sign] * self.shared)
            if self.shared
            else np.zeros((0, *values.shape)),
            tuple(np.stack([values - error * sign] * 2) for error in self.experts),
        )

    def trusted(self) -> Trusted:
        """Return what the rule makes of it."""
        return trusted(self.answers(), self.values())


def share_of_last_expert(case: Case) -> float:
    """Return what the two members of the last expert count."""
    return float(case.trusted().shares[-2:, 0].sum())


CASES = st.builds(
    Case,
    labels=st.integers(3, 60),
    shared=st.integers(1, 3),
    experts=st.lists(st.floats(0.0, 3.0), max_size=2).map(tuple),
    hedge=st.floats(0.0, 2.0),
    seed=st.integers(0, 99),
)


@given(case=CASES)
def test_shares_add_up_to_one_and_none_is_negative(case: Case) -> None:
    shares = case.trusted().shares

    assert shares.shape == (3 + case.shared + 2 * len(case.experts), FARMS)
    assert (shares >= 0).all()
    np.testing.assert_allclose(shares.sum(axis=0), 1)


@given(case=CASES)
def test_the_whole_answers_as_its_members_by_their_shares(case: Case) -> None:
    answers, found = case.answers(), case.trusted()

    members = np.concatenate([answers.local, answers.shared, *answers.experts])

    told = (found.shares[..., np.newaxis] * members).sum(axis=0)
    np.testing.assert_allclose(found.nested, told, rtol=1e-9)


def test_local_members_alone_count_everything() -> None:
    shares = Case(shared=0).trusted().shares

    np.testing.assert_allclose(shares, 1 / 3)


def test_what_the_library_counts_falls_with_labels() -> None:
    counts = [3, 10, 20, 40, 80, 200]

    shares = [RULE.library_share(labels) for labels in counts]

    assert shares == sorted(shares, reverse=True)
    assert shares[0] <= RULE.most_library < 1
    assert RULE.library_share(int(RULE.library_labels)) == pytest.approx(0.5)
    assert shares[-1] == RULE.least_library


@given(labels=st.integers(3, 60))
def test_local_members_count_what_the_library_does_not(labels: int) -> None:
    shares = Case(labels=labels).trusted().shares

    local = shares[:3].sum(axis=0)
    np.testing.assert_allclose(local, 1 - RULE.library_share(labels))


def test_an_expert_that_errs_more_hardly_counts_beyond_its_place() -> None:
    assert share_of_last_expert(Case(labels=30, experts=(1.0, 2.0))) < 0.01


def test_an_expert_that_errs_less_takes_over_but_never_quite() -> None:
    better = share_of_last_expert(Case(labels=30, experts=(1.0, 0.4)))
    exact = share_of_last_expert(Case(labels=30, experts=(1.0, 0.0)))

    assert 0.8 < better <= exact
    assert exact <= RULE.most_expert / (1 + RULE.most_expert)


def test_the_same_lead_counts_more_with_more_labels() -> None:
    few, many = (Case(labels=m, experts=(0.8, 0.6)) for m in (4, 40))

    assert share_of_last_expert(few) < share_of_last_expert(many)


def test_the_first_expert_has_a_place_in_the_hedge_whatever_it_errs() -> None:
    case = Case(labels=30, shared=2, experts=(3.0,))

    place = RULE.library_share(30) / 3

    assert share_of_last_expert(case) == pytest.approx(place, rel=0.05)


@pytest.mark.parametrize("experts", [(0.0,), (1.0,), (0.0, 1.0)])
def test_a_hedge_without_any_error_is_no_trouble(experts: tuple[float, ...]) -> None:
    found = Case(hedge=0.0, experts=experts).trusted()

    assert np.isfinite(found.shares).all()
    assert np.isfinite(found.nested).all()


def test_farms_of_a_stack_are_judged_one_by_one() -> None:
    case = Case(experts=(0.5,))
    answers, values = case.answers(), case.values()
    answers.experts[0][:, 1] += 5

    shares = trusted(answers, values).shares

    assert shares[-1, 1] < 0.5 * shares[-1, 0]
    np.testing.assert_allclose(shares[:, 0], shares[:, 2])


def test_the_nearer_the_farm_the_more_an_equal_expert_counts() -> None:
    equal, far_off = np.zeros(1), (0.5, 1.0, 2.0, 4.0, 50.0)

    weights = [float(RULE.expert_weight(equal, 15, one)[0]) for one in far_off]

    assert weights == sorted(weights, reverse=True)
    assert weights[0] == pytest.approx(RULE.near.trust)
    assert weights[-1] == pytest.approx(RULE.far.trust, rel=0.01)
