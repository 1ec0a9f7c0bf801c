"""What a farm's graphs are judged on, and the vectors that every device repeats.

Judged on the farm's own soils where it has any; else on made scans that are typical of
the library. No soil of a library is ever among golden vectors.
"""

from protocols.golden_vectors import GoldenVectors
from protocols.graph_contract import INPUT
from trainer.calibrations.calibrated_model import CalibratedModel
from trainer.export.export_parity import answer_of
from trainer.export.golden_scans import choose_golden_scans
from trainer.export.proof_scans import ProofScans
from trainer.localisation.farm_soils import FarmSoils
from trainer.localisation.knowledge.library_knowledge import LibraryKnowledge


def proof_scans(knowledge: LibraryKnowledge, farm: FarmSoils) -> ProofScans:
    """Return the scans that choose ranges and, apart from them, those that judge."""
    made = knowledge.scans
    if len(farm.samples):
        return ProofScans(made, farm.spectra)
    return ProofScans(made[::2], made[1::2])


def golden_vectors(model: CalibratedModel, scans: ProofScans) -> GoldenVectors:
    """Return golden vectors: of scans that judged, and of the white panel beside them.

    Every graph that an export gives has answered them within its tolerance.
    """
    values = answer_of(model, scans.proof).value[:, 0]
    chosen = choose_golden_scans(scans.proof, values)
    return GoldenVectors({INPUT: chosen}, answer_of(model, chosen))
