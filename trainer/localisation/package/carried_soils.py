"""Which soils a farm's package carries inside its graph, in a sentence for its card."""

from trainer.calibrations.member import KernelTerm
from trainer.localisation.farm_model import FarmModel
from trainer.localisation.knowledge.library_knowledge import LibraryKnowledge
from trainer.localisation.target_fit import TargetFit


def carried_soils(model: FarmModel, knowledge: LibraryKnowledge) -> str:
    """Return whose soils support the model's kernels, and under which licence."""
    own = max(len(fit.nested) for fit in model.fits)
    far = max(map(_library_soils, model.fits))
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


def _library_soils(fit: TargetFit) -> int:
    """Return how many soils of the library support one target's model."""
    supports = [
        len(term.view.support)
        for member in fit.model.members
        for term in member.terms
        if isinstance(term, KernelTerm)
    ]
    placed = max(supports, default=len(fit.nested)) - len(fit.nested)
    asked = 0 if fit.memory is None else fit.memory.graph.soils
    return placed + asked
