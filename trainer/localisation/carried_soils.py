"""Which soils a farm's package carries inside its graph, in a sentence for its card."""

from trainer.localisation.farm_model import FarmModel
from trainer.localisation.library_knowledge import LibraryKnowledge, TargetKnowledge
from trainer.localisation.target_fit import TargetFit


def carried_soils(model: FarmModel, knowledge: LibraryKnowledge) -> str:
    """Return whose soils support the model's kernels, and under which licence."""
    own = max(len(fit.nested) for fit in model.fits)
    far = max(
        _library_soils(fit, known)
        for fit, known in zip(model.fits, knowledge.by_target, strict=True)
    )
    if not own:
        return "The graph holds scans of no soil, neither the farm's nor the library's."
    carried = f"For each target, the graph holds treated scans of up to {own} soils"
    if not far:
        return f"{carried} of the farm itself, and none of the library."
    return (
        f"{carried} of the farm itself, and of up to {min(far, knowledge.soils)} soils "
        f"of the library {knowledge.name}, whose licence ({knowledge.licence}) lets "
        "them be passed on."
    )


def _library_soils(fit: TargetFit, known: TargetKnowledge) -> int:
    """Return how many soils of the library may support one target's model."""
    if known.sites is None or fit.decision.method != "auto":
        return 0
    placed = len(known.sites.declared.known.sites)
    asked = 0 if fit.memory is None else fit.memory.graph.soils
    return placed + asked
