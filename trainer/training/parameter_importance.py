"""Which choices of a search mattered: how much each sets good networks apart.

By PED-ANOVA (Watanabe, Bansal and Hutter, IJCAI 2023), over the choices that every
complete trial made; numbers of a second block are not among them.
"""

import io
import warnings

import optuna
from matplotlib.figure import Figure
from optuna.exceptions import ExperimentalWarning
from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances

from trainer.training.architecture_search import judged

FEWEST_TRIALS = 4
ROW_INCHES = 0.32


def importances(study: optuna.Study) -> dict[str, float]:
    """Return every choice's share, the largest first; nothing from too few trials."""
    if len(study.get_trials(deepcopy=False, states=COMPLETE)) < FEWEST_TRIALS:
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        return get_param_importances(study, evaluator=PedAnovaImportanceEvaluator())


def importance_plot(study: optuna.Study) -> bytes:
    """Draw the shares as an SVG page."""
    shares = dict(reversed(importances(study).items()))
    figure = Figure(
        figsize=(7, 1.2 + ROW_INCHES * max(len(shares), 1)), layout="constrained"
    )
    axis = figure.subplots()
    axis.barh(list(shares), list(shares.values()), color="#9a6b3f")
    axis.set_xlabel("share of importance (PED-ANOVA)")
    axis.set_title(f"{judged(study)} networks tried", loc="left", fontsize=10)
    axis.spines[["top", "right"]].set_visible(False)
    sink = io.BytesIO()
    figure.savefig(sink, format="svg", metadata={"Date": None})
    return sink.getvalue()


COMPLETE = (optuna.trial.TrialState.COMPLETE,)
