"""From a model to the files that devices run: tried, measured, chosen.

Every way that makes sense for the model is tried and judged on scans set apart; of what
the budget and the limits allow, the smallest is taken in each format. A way that fails
is a trial with its reason. Only the plain graph must work.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import nn

from protocols.package_manifest import Artefact
from trainer.errors import ExportError
from trainer.export.choice import artefact_of, chosen_of, sentences_about
from trainer.export.draft import Draft, onnx_drafts, tflite_drafts
from trainer.export.export_budget import ExportBudget
from trainer.export.graph_template import GraphTemplates
from trainer.export.judge import Judge
from trainer.export.onnx_ways import OnnxWays
from trainer.export.proof_inputs import ProofInputs
from trainer.export.proof_scans import ProofScans
from trainer.export.tflite.converter import TfliteConverter
from trainer.export.trial import Trial

__all__ = ["ExportBudget", "ExportedModel", "ProofScans", "Trial", "export_model"]


@dataclass(frozen=True, eq=False)
class ExportedModel:
    """What goes into a package, and what was found on the way.

    Attributes:
        artefacts: The graphs for the manifest, one a format.
        members: Their bytes, by the name of the file.
        sentences: What was chosen and why, for the card.
        trials: Everything that was measured.
    """

    artefacts: tuple[Artefact, ...]
    members: dict[str, bytes]
    sentences: tuple[str, ...]
    trials: tuple[Trial, ...]


def export_model(
    model: nn.Module,
    proof: ProofInputs,
    spreads: Sequence[float],
    budget: ExportBudget,
    graphs: GraphTemplates | None = None,
    converter: TfliteConverter | None = None,
) -> ExportedModel:
    """Return the smallest graphs that answer as the model does, one a format.

    Args:
        model: What is exported.
        proof: Soils on the model's grid, or series on its season.
        spreads: One standard deviation a target: the scale of every error.
        budget: What the graphs may cost.
        graphs: Templates of models exported before, for whoever exports many.
        converter: A child process that goes on to live, for the same.
    """
    # Templates of nothing yet are no templates to a plain `or`.
    shared = GraphTemplates() if graphs is None else graphs
    source = OnnxWays(model, proof, shared)
    judge = Judge(model, proof, spreads, budget)
    drafts = []
    if "onnx" in budget.formats:
        drafts += onnx_drafts(source, budget, judge)
    if "tflite" in budget.formats:
        drafts += tflite_drafts(source, judge, converter)
    return _packed(drafts, proof)


def _packed(drafts: list[Draft], proof: ProofInputs) -> ExportedModel:
    formats = dict.fromkeys(draft.way.format for draft in drafts)
    tried = [[one for one in drafts if one.way.format == name] for name in formats]
    chosen = [one for one in map(chosen_of, tried) if one is not None]
    if not chosen:
        raise ExportError(_nothing_allowed(drafts))
    artefacts = tuple(map(artefact_of, chosen))
    return ExportedModel(
        artefacts=artefacts,
        members={
            one.member: draft.graph
            for one, draft in zip(artefacts, chosen, strict=True)
        },
        sentences=tuple(
            sentences_about(some, len(proof.asked[0]), proof.words) for some in tried
        ),
        trials=tuple(draft.trial for draft in drafts),
    )


def _nothing_allowed(drafts: list[Draft]) -> str:
    reasons = "; ".join(f"{one.way.name}: {one.trial.reason}" for one in drafts)
    return (
        f"expected a graph within the budget, found none ({reasons}); allow more bytes "
        "or time, or take a smaller model"
    )
