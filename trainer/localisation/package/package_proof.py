"""What a farm's graphs are judged on, and the vectors that every device repeats.

Judged on the farm's own soils where it has any; else on made scans that are typical of
the library. No soil of a library is ever among golden vectors.
"""

import numpy as np
from numpy.typing import NDArray

from protocols.golden_vectors import GoldenVectors, GraphAnswer, largest_difference
from protocols.model_manifest import Artefact, ModelManifest, tolerance_of
from trainer.calibrations.calibrated_model import CalibratedModel
from trainer.errors import ExportError
from trainer.export.export_parity import LoadedGraph, answer_of
from trainer.export.exported_model import ExportedModel
from trainer.export.golden_scans import choose_golden_scans
from trainer.export.measured_error import joined_answers
from trainer.export.proof_scans import ProofScans
from trainer.export.runtimes.loaded_tflite import LoadedTflite
from trainer.localisation.farm_soils import FarmSoils
from trainer.localisation.knowledge.library_knowledge import LibraryKnowledge

Scans = NDArray[np.float32]


def proof_scans(knowledge: LibraryKnowledge, farm: FarmSoils) -> ProofScans:
    """Return the scans that choose ranges and, apart from them, those that judge."""
    made = knowledge.scans
    if len(farm.samples):
        return ProofScans(made, farm.spectra)
    return ProofScans(made[::2], made[1::2])


def golden_vectors(
    model: CalibratedModel,
    exported: ExportedModel,
    known: Scans,
    manifest: ModelManifest,
) -> GoldenVectors:
    """Return golden vectors, answered by every graph as a device will ask it."""
    chosen = choose_golden_scans(known, answer_of(model, known).value[:, 0])
    expected = answer_of(model, chosen)
    for artefact in manifest.artefacts:
        found = _answer(artefact, exported.members[artefact.member], chosen)
        difference = largest_difference(expected, found, manifest)
        allowed = tolerance_of(artefact, manifest)
        if not difference <= allowed:
            raise ExportError(
                f"expected {artefact.member} within {allowed:g} standard deviations on "
                f"golden scans, found {difference:.2g}; publish nothing and report it"
            )
    return GoldenVectors(chosen, expected)


def known_scans(knowledge: LibraryKnowledge, farm: FarmSoils) -> Scans:
    """Return the farm's scans, or made ones: never a soil of the library."""
    return farm.spectra if len(farm.samples) else knowledge.scans


def _answer(artefact: Artefact, graph: bytes, scans: Scans) -> GraphAnswer:
    """Return what a graph says of scans one by one, as devices ask it."""
    is_onnx = artefact.member == "model.onnx"
    loaded = LoadedGraph(graph) if is_onnx else LoadedTflite(graph)
    return joined_answers(
        [loaded.answer(scans[at : at + 1]) for at in range(len(scans))]
    )
