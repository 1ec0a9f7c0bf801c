"""Which soils a farm's package carries inside its graph, in a sentence for its card."""

from trainer.localisation.farm_model import FarmModel
from trainer.localisation.library_knowledge import LibraryKnowledge, TargetKnowledge
from trainer.localisation.target_fit import TargetFit


def carried_soils(model: FarmModel, knowledge: LibraryKnowledge) -> str:
    """Return whose soils support the model's kernels, and under which licence."""
    counts = [
        _library_soils(fit, known)
        for fit, known in zip(model.fits, knowledge.by_target, strict=True)
    ]
    own = max(fit.labels for fit in model.fits)
    carried = f"The graph holds treated scans of {own} soils of the farm itself"
    if not max(counts):
        return f"{carried} and none of the library."
    return (
        f"{carried} and of up to {max(counts)} soils of the library {knowledge.name}, "
        f"whose licence ({knowledge.licence}) lets them be passed on."
    )


def _library_soils(fit: TargetFit, known: TargetKnowledge) -> int:
    """Return how many soils of the library support one target's members."""
    if known.sites is None or fit.decision.method != "auto":
        return 0
    placed = len(known.sites.declared.known.sites)
    memory = 0 if fit.memory is None else fit.memory.graph.soils
    return max(placed, memory)
