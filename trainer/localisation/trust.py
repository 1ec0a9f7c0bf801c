"""What is trusted how far: a hedge that no farm chooses, experts that labels must earn.

Choosing between local and library members by cross-validation costs more than it gains
on so few labels; their shares follow from the number of labels alone. Models in
declared units are another matter: where library and farm share instrument and
laboratory they are far better, elsewhere far worse, and the nested error of a few
labels tells which.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FAR_BETTER = 100.0
"""An expert without any error must not be raised to more than a number can hold."""


@dataclass(frozen=True)
class ExpertRule:
    """How an expert is judged.

    Attributes:
        trust: What an expert as good as the hedge counts against it.
        caution: How fast that changes with its error.
    """

    trust: float
    caution: float


FAR, NEAR = ExpertRule(0.1, 4.0), ExpertRule(3.0, 4.0)
TINY = float(np.finfo(float).tiny)


@dataclass(frozen=True)
class TrustRule:
    """The constants of the rule; `few_labels` of the benchmarks leaves farms out.

    Attributes:
        library_labels: With so many labels, library and local members count the same.
        steepness: How fast the library's share falls with more labels.
        most_library: The library's share with very few labels.
        least_library: The library's share however many labels there are.
        far: How experts are judged on a farm unlike the library's sites.
        near: How experts are judged on a farm that looks like one of them.
        near_reaches: Up to so many of a site's reaches a farm counts as near.
        near_fall: How fast nearness falls beyond; twice as far is 2 ** -near_fall.
        usual_labels: The number of labels that cautions are told for.
        most_expert: The most an expert counts against the hedge.
    """

    library_labels: float = 20.0
    steepness: float = 2.0
    most_library: float = 0.95
    least_library: float = 0.15
    far: ExpertRule = FAR
    near: ExpertRule = NEAR
    near_reaches: float = 1.0
    near_fall: float = 16.0
    usual_labels: float = 15.0
    most_expert: float = 30.0

    def library_share(self, labels: int) -> float:
        """Return what library members count in the hedge, all together."""
        ratio = (labels / self.library_labels) ** self.steepness
        share = 1 / (1 + ratio)
        return float(np.clip(share, self.least_library, self.most_library))

    def expert_weight(self, gain: Array, labels: int, reaches: float) -> Array:
        """Return what an expert counts against the hedge; `gain` is log of its error.

        Half the logarithm of its mean square error over the hedge's.
        """
        nearness = min(self.near_reaches / max(reaches, TINY), 1.0) ** self.near_fall
        trust = self.far.trust + nearness * (self.near.trust - self.far.trust)
        caution = self.far.caution + nearness * (self.near.caution - self.far.caution)
        steep = caution * labels / self.usual_labels
        weight = trust * np.exp(np.minimum(-steep * gain, FAR_BETTER))
        bounded: Array = np.minimum(weight, self.most_expert)
        return bounded


RULE = TrustRule()


@dataclass(frozen=True, eq=False)
class Trusted:
    """What every member counts, and what the whole then said of soils left out.

    Attributes:
        shares: [member, farm], local, shared, then experts; they add up to one.
        nested: [farm, soil].
        expert_weights: [expert, farm], against the hedge's 1.
        hedge_error: Root mean square error of the hedge, [farm].
        expert_errors: The same of each expert, [expert, farm].
    """

    shares: Array
    nested: Array
    expert_weights: Array
    hedge_error: Array
    expert_errors: Array


@dataclass(frozen=True, eq=False)
class MemberAnswers:
    """Nested answers by what members know, each [member, farm, soil]."""

    local: Array
    shared: Array
    experts: tuple[Array, ...]


def trusted(
    answers: MemberAnswers,
    values: Array,
    rule: TrustRule = RULE,
    reaches: float = np.inf,
) -> Trusted:
    """Apply the rule to a stack of farms that lie `reaches` from the nearest site.

    The first expert is a member of the hedge, too: it has earned that everywhere.
    """
    local, shared = _hedge_shares(answers, values.shape[1], rule)
    first = answers.experts[0].mean(axis=0) if answers.experts else None
    hedge = np.tensordot(local, answers.local, 1)
    hedge = hedge + np.tensordot(shared[: len(answers.shared)], answers.shared, 1)
    if first is not None:
        hedge = hedge + shared[-1] * first
    told = [one.mean(axis=0) for one in answers.experts]
    hedge_error = _rmse(hedge - values)
    errors = np.array([_rmse(one - values) for one in told]).reshape(
        len(told), len(values)
    )
    gain = np.log(np.maximum(errors, TINY) / np.maximum(hedge_error, TINY))
    weights = rule.expert_weight(gain, values.shape[1], reaches)
    whole = 1 + weights.sum(axis=0)
    nested = hedge + sum(
        weight[:, np.newaxis] * one for weight, one in zip(weights, told, strict=True)
    )
    shares = _member_shares(answers, (local, shared), weights / whole, 1 / whole)
    return Trusted(shares, nested / whole[:, np.newaxis], weights, hedge_error, errors)


def _hedge_shares(
    answers: MemberAnswers, labels: int, rule: TrustRule
) -> tuple[Array, Array]:
    count = len(answers.shared) + bool(answers.experts)
    share = rule.library_share(labels) if count else 0.0
    local = np.full(len(answers.local), (1 - share) / len(answers.local))
    return local, np.full(count, share / max(count, 1))


def _member_shares(
    answers: MemberAnswers,
    hedge: tuple[Array, Array],
    experts: Array,
    of_hedge: Array,
) -> Array:
    """Return [member, farm] in the order local, shared, members of each expert."""
    local, shared = hedge
    rows = [share * of_hedge for share in (*local, *shared[: len(answers.shared)])]
    for at, members in enumerate(answers.experts):
        share = experts[at] + (shared[-1] * of_hedge if at == 0 else 0.0)
        rows += [share / len(members)] * len(members)
    return np.stack(rows)


def _rmse(misses: Array) -> Array:
    error: Array = np.sqrt((misses**2).mean(axis=-1))
    return error


def named_shares(names: Sequence[str], shares: Array) -> tuple[tuple[str, float], ...]:
    """Return what each member counts, the most trusted first."""
    found = zip(names, map(float, shares), strict=True)
    return tuple(sorted(found, key=lambda one: -one[1]))
