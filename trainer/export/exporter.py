"""What many exports share: graphs of structures met before, and a living converter."""

from collections.abc import Sequence

from torch import nn

from trainer.export.export_budget import ExportBudget
from trainer.export.exported_model import ExportedModel, export_model
from trainer.export.graph_template import GraphTemplates
from trainer.export.proof_inputs import ProofInputs
from trainer.export.tflite.converter import TfliteConverter


class Exporter:
    """Exports one model after the other; the first of its kind takes longest."""

    def __init__(self) -> None:
        self._graphs = GraphTemplates()
        self._converter = TfliteConverter()

    def export(
        self,
        model: nn.Module,
        proof: ProofInputs,
        spreads: Sequence[float],
        budget: ExportBudget,
    ) -> ExportedModel:
        """Return the graphs of `model` that are within the budget."""
        return export_model(
            model, proof, spreads, budget, self._graphs, self._converter
        )

    def close(self) -> None:
        """End the converter, which else ends with this process."""
        self._converter.close()
