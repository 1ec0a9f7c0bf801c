"""What the page of an evaluation says of one target."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from trainer.evaluation.comparison_figures import (
    coverage_figure,
    curve_figure,
    difference_figure,
    importance_figure,
)
from trainer.evaluation.evaluation_figures import agreement_figure, residual_figure
from trainer.evaluation.evaluation_result import WHOLE, Evaluation
from trainer.evaluation.judged_soils import JudgedSoils
from trainer.evaluation.score_tables import (
    FarmRow,
    against_best,
    farm_rows,
    farms_of,
    figure_row,
    number,
    verdict,
)

MOST_IMPORTANCES = 4


@dataclass(frozen=True)
class TargetSection:
    """One target's tables and figures.

    Attributes:
        name: OSSL name.
        summary: The values that the laboratory found, in words.
        verdict: Who errs least, and who cannot be told apart from it.
        best: The method that errs least.
        worst_told: How few soils carry half of the best method's squared error.
        basis: Whether folds or soils were the unit of the paired comparison.
        rows: One method a row, least error first.
        farm_heads: One farm a column, with its soils; empty for a single farm.
        farm_rows: One method a row, least error first.
        drawings: Figures by name, empty where there is nothing to draw.
    """

    name: str
    summary: str
    verdict: str
    best: str
    worst_told: str
    basis: str
    rows: tuple[tuple[str, ...], ...]
    farm_heads: tuple[str, ...]
    farm_rows: tuple[FarmRow, ...]
    drawings: Mapping[str, Markup]


def section_of(
    evaluation: Evaluation, first_seed: Mapping[str, JudgedSoils], column: int
) -> TargetSection:
    """Return the section of the target in that column."""
    target = evaluation.targets[column]
    ranked = evaluation.ranked(target.name)
    farms = farms_of(evaluation, target.name)
    return TargetSection(
        name=target.name,
        summary=(
            f"{target.analysed} soils analysed: mean {number(target.mean)}, standard "
            f"deviation {number(target.spread)}, {number(target.least)} to "
            f"{number(target.most)} {target.unit}"
        ),
        verdict=verdict(evaluation, target.name),
        best=ranked[0].method,
        worst_told=_worst_told(first_seed[ranked[0].method], column),
        basis=next(
            (one.basis for one in against_best(evaluation, target.name)), "folds"
        ),
        rows=tuple(figure_row(evaluation, score) for score in ranked),
        farm_heads=tuple(f"{one.name} ({one.mean.n})" for one in farms),
        farm_rows=farm_rows(evaluation, [one.method for one in ranked], farms),
        drawings={
            # Drawn by this program; jinja is told so here alone.
            name: Markup(drawing)  # noqa: S704 - our own SVG
            for name, drawing in _drawings(evaluation, first_seed, column).items()
        },
    )


def _worst_told(judged: JudgedSoils, column: int) -> str:
    """Say how few soils carry half of the squared error: RMSE may hang on them."""
    squared = (judged.predicted[:, column] - judged.observed[:, column]) ** 2
    worst = np.sort(squared[np.isfinite(squared)])[::-1]
    half = int(np.searchsorted(np.cumsum(worst), worst.sum() / 2)) + 1
    return f"Half of the squared error comes from {half} of {worst.size} soils"


def _drawings(
    evaluation: Evaluation, first_seed: Mapping[str, JudgedSoils], column: int
) -> dict[str, str]:
    target, unit = evaluation.targets[column].name, evaluation.targets[column].unit
    ranked = [one.method for one in evaluation.ranked(target)]
    folds = [
        one
        for method in ranked
        for one in evaluation.scores
        if (one.part, one.target, one.method) == ("fold", target, method)
    ]
    judged = [first_seed[method] for method in ranked]
    return {
        "agreement": agreement_figure(judged, column, unit),
        "residuals": residual_figure(judged[0], column, unit),
        "differences": difference_figure(against_best(evaluation, target), folds, unit),
        **_drawings_of_extras(evaluation, ranked, target, unit),
    }


def _drawings_of_extras(
    evaluation: Evaluation, ranked: list[str], target: str, unit: str
) -> dict[str, str]:
    """Draw what an evaluation may be made without."""
    by_method = {
        one.method: one
        for one in evaluation.intervals
        if (one.target, one.farm) == (target, WHOLE)
    }
    held = [by_method[one] for one in ranked if one in by_method]
    curve = [one for one in evaluation.learning_curve if one.target == target]
    bands = {
        one.method: one
        for one in evaluation.importance
        if one.target == target and any(one.mean)
    }
    moved = [bands[one] for one in ranked if one in bands][:MOST_IMPORTANCES]
    grid = evaluation.library.grid
    return {
        "coverage": coverage_figure(held, unit) if held else "",
        "curve": curve_figure(curve, unit) if curve else "",
        "importance": importance_figure(moved, grid, unit) if moved else "",
    }
