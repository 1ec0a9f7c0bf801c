"""A trained network as the graphs that devices run, proved on soils held back.

Those told when to stop and how wide intervals are; no weight was learned from them, and
no range of a quantised graph is chosen on them.
"""

from trainer.calibrations.calibrated_model import CalibratedModel
from trainer.export.contract_model import contract_around
from trainer.export.export_budget import ExportBudget
from trainer.export.exported_model import ExportedModel, export_model
from trainer.export.proof_scans import ProofScans
from trainer.export.tflite.converter import TfliteConverter
from trainer.training.train_network import TrainedNetwork
from trainer.training.training_report import held_back_answers

USUAL = ExportBudget()


def export_network(
    trained: TrainedNetwork,
    budget: ExportBudget = USUAL,
    converter: TfliteConverter | None = None,
) -> ExportedModel:
    """Return the network's graphs, the smallest within the budget in each format."""
    parts = trained.parts
    scans = ProofScans(parts.training.spectra, parts.validation.spectra)
    spreads = trained.network.value_deviation.tolist()
    model = contract_model(trained)
    return export_model(model, scans, spreads, budget, converter=converter)


def contract_model(trained: TrainedNetwork) -> CalibratedModel:
    """Return value, interval and novelty around the network."""
    parts, told = trained.parts, held_back_answers(trained)
    return contract_around(trained.network, told, parts.training, parts.validation)
