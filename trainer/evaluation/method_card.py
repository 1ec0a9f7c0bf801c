"""What a comparison found of one method, as Markdown: alone, or in a model's card."""

from dataclasses import dataclass
from pathlib import Path

from protocols.units import unit_of
from trainer.evaluation.evaluation_doubts import doubts_of
from trainer.evaluation.evaluation_result import Evaluation, Score
from trainer.evaluation.score_tables import (
    FIGURES,
    against_best,
    figure_row,
    with_sign,
    with_spread,
)
from trainer.markdown_template import markdown_template

TEMPLATE = Path(__file__).with_name("method_card.md")
HELD = FIGURES.index("held") + 1
"""Where `figure_row` has the share of intervals that held."""


@dataclass(frozen=True)
class CardLine:
    """One target's line of a card."""

    target: str
    unit: str
    n: int
    rmse: str
    me: str
    r2: str
    ccc: str
    held: str
    standing: str


def method_card(evaluation: Evaluation, method: str) -> str:
    """Return a card of the method alone."""
    facts = next(one for one in evaluation.methods if one.name == method)
    section = evidence_section(evaluation, method)
    return (
        f"# {method}\n\n{facts.summary[:1].upper()}{facts.summary[1:]}.\n\n"
        f"{section}\nSettings: `{facts.settings}`\n"
    )


def evidence_section(evaluation: Evaluation, method: str) -> str:
    """Return the table of figures, on what they were measured, and the doubts."""
    lines = [
        _line(evaluation, evaluation.whole_score(method, target.name))
        for target in evaluation.targets
    ]
    return markdown_template(TEMPLATE).render(
        evaluation=evaluation, lines=lines, doubts=tuple(doubts_of(evaluation))
    )


def _line(evaluation: Evaluation, score: Score) -> CardLine:
    return CardLine(
        target=score.target,
        unit=unit_of(score.target),
        n=score.mean.n,
        rmse=with_spread(score.mean.rmse, score.spread.rmse),
        me=with_sign(score.mean.me, score.mean.rmse),
        r2=f"{score.mean.r2:.3f}",
        ccc=f"{score.mean.ccc:.3f}",
        held=figure_row(evaluation, score)[HELD],
        standing=_standing(evaluation, score),
    )


def _standing(evaluation: Evaluation, score: Score) -> str:
    best = evaluation.ranked(score.target)[0]
    if best.method == score.method:
        return "this method"
    apart = {one.method: one for one in against_best(evaluation, score.target)}
    told = with_spread(best.mean.rmse, best.spread.rmse)
    if apart[score.method].is_distinguishable:
        return f"{best.method}, {told}"
    return f"{best.method}, {told}, not distinguishable"
