"""What an evaluation has to do: which method, seed and fold, and what is still left.

Nothing here touches a disk or fits a model. Work is ordered by seed and fold first, so
that an evaluation that is stopped early has compared all methods on the same folds.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.calibration import Soils
from trainer.errors import EvaluationError
from trainer.evaluation.leak_check import refuse_leaks
from trainer.evaluation.method_catalogue import method_of
from trainer.evaluation.soils_of_library import soils_of
from trainer.library.spectral_library import SpectralLibrary
from trainer.library.splits import Fold, Split

Rows = NDArray[np.intp]
FEWEST_SOILS = 10


@dataclass(frozen=True)
class EvaluationOrder:
    """What is to be compared.

    Attributes:
        methods: Names in the catalogue, baselines included.
        seeds: How many seeds, from 0 on.
        training_sizes: Sizes of the learning curve, in soils; empty for none.
        interval_folds: Inner folds that intervals are made from, 0 for none.
    """

    methods: tuple[str, ...]
    seeds: int = 3
    training_sizes: tuple[int, ...] = ()
    interval_folds: int = 5

    def __post_init__(self) -> None:
        """Refuse an order of nothing."""
        if not self.methods or self.seeds < 1:
            raise EvaluationError(
                f"expected at least one method and one seed, found "
                f"{len(self.methods)} and {self.seeds}"
            )


@dataclass(frozen=True, eq=False)
class Comparison:
    """An order, and the soils that it is about.

    Attributes:
        library: The soils.
        targets: OSSL names of the properties told.
        splits: One that all seeds share, or one a seed.
        order: Which methods, seeds and sizes.
    """

    library: SpectralLibrary
    targets: tuple[str, ...]
    splits: tuple[Split, ...]
    order: EvaluationOrder

    def __post_init__(self) -> None:
        """Refuse unknown methods and splits that leak, before any fit is made."""
        for method in self.order.methods:
            method_of(method)
        refuse_unanalysed(self.soils)
        for split in self.splits:
            refuse_leaks(split, self.library.groups)
            refuse_oversized(self.order.training_sizes, split)

    @property
    def soils(self) -> Soils:
        """The soils with the targets asked for."""
        return soils_of(self.library, self.targets)


def refuse_unanalysed(soils: Soils) -> None:
    """Refuse a target that too few soils have a value of to compare anything."""
    counts = np.isfinite(soils.values).sum(axis=0)
    for target, count in zip(soils.targets, counts.tolist(), strict=True):
        if count < FEWEST_SOILS:
            raise EvaluationError(
                f"expected at least {FEWEST_SOILS} soils with a value of {target}, "
                f"found {count}; leave the target out"
            )


def refuse_oversized(sizes: Sequence[int], split: Split) -> None:
    """Refuse a learning curve that asks for more soils than a fold can give."""
    room = min(len(fold.train) for fold in split.folds)
    if sizes and not 1 < min(sizes) <= max(sizes) < room:
        raise EvaluationError(
            f"expected sizes of the learning curve from 2 to {room - 1} soils, found "
            f"{min(sizes)} to {max(sizes)}; ask for fewer soils"
        )


@dataclass(frozen=True)
class FoldTask:
    """One fit to make and judge.

    Attributes:
        method: Its name in the catalogue.
        seed: The seed of the fit, and of the split where there are several.
        fold: Which fold is left out.
        training: How many soils to learn from, None for all.
    """

    method: str
    seed: int
    fold: int
    training: int | None = None


def tasks_of(order: EvaluationOrder, splits: Sequence[Split]) -> tuple[FoldTask, ...]:
    """Return every fit that the order asks for, whole folds before curves."""
    sizes = (None, *order.training_sizes)
    return tuple(
        FoldTask(method, seed, fold, size)
        for size in sizes
        for seed in range(order.seeds)
        for fold in range(len(split_of_seed(splits, seed).folds))
        for method in order.methods
    )


def what_is_left(
    tasks: Sequence[FoldTask], finished: Collection[FoldTask]
) -> tuple[FoldTask, ...]:
    """Return the tasks that are not finished, in their order."""
    return tuple(task for task in tasks if task not in finished)


def split_of_seed(splits: Sequence[Split], seed: int) -> Split:
    """Return the seed's own split, or the one that all seeds share."""
    return splits[seed] if len(splits) > 1 else splits[0]


def fold_of(task: FoldTask, splits: Sequence[Split], groups: Sequence[str]) -> Fold:
    """Return the soils to learn from and to judge by, drawn down where asked."""
    whole = split_of_seed(splits, task.seed).folds[task.fold]
    if task.training is None:
        return whole
    rows = np.array(whole.train, dtype=np.intp)
    drawn = drawn_rows(rows, groups, task.training, task.seed)
    return Fold(train=tuple(int(row) for row in drawn), test=whole.test)


def drawn_rows(rows: Rows, groups: Sequence[str], size: int, seed: int) -> Rows:
    """Draw whole groups at random, up to `size` soils; a larger draw holds a smaller.

    A soil's group is in the draw or is not: half a field would let the other half of it
    tell what is not new. At least one group is drawn.
    """
    named = np.array([groups[row] for row in rows])
    _, group, counts = np.unique(named, return_inverse=True, return_counts=True)
    order = np.random.default_rng(seed).permutation(counts.size)
    soils = np.cumsum(counts[order])
    taken = max(1, int(np.searchsorted(soils, size, side="right")))
    drawn: Rows = rows[np.isin(group, order[:taken])]
    return drawn
