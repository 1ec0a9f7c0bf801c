"""One exported graph for many models of one structure: only the numbers change.

Exporting takes a second or more, filling in a thousandth of that. No learned number is
known while the graph is simplified, so that a graph is a function of the structure and
the numbers alone: the same model gives the same bytes, whichever model the template was
made for.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import numpy_helper
from torch import nn

from trainer.errors import ExportError
from trainer.export.graph_signature import GraphSignature
from trainer.export.module_structure import (
    fixed_shape,
    free_axes,
    learned_numbers,
    structure_of,
)
from trainer.export.onnx_exporter import exported
from trainer.export.template_store import TemplateStore, usual_store


@dataclass(frozen=True, eq=False)
class GraphTemplate:
    """A graph into which the numbers of any model of its structure are filled.

    Attributes:
        graph: The graph of the model that was exported, without its numbers.
        places: Where each learned tensor lies among the graph's constants.
    """

    graph: onnx.ModelProto
    places: dict[str, int]

    def filled(self, model: nn.Module) -> bytes:
        """Return the graph with the numbers of `model`, which has this structure."""
        graph = onnx.ModelProto()
        graph.CopyFrom(self.graph)
        free = free_axes(model)
        for name, tensor in learned_numbers(model).items():
            if name not in self.places:
                continue
            constant = graph.graph.initializer[self.places[name]]
            array = np.asarray(tensor.detach().numpy(), order="C")
            known, axis = tuple(constant.dims), free.get(name)
            if fixed_shape(known, axis) != fixed_shape(array.shape, axis):
                raise ExportError(
                    f"expected {name} shaped {known} as in the "
                    f"template, found {array.shape}; export this model by itself"
                )
            constant.CopyFrom(numpy_helper.from_array(array, name))
        return graph.SerializeToString(deterministic=True)  # type: ignore[no-any-return] # onnx ships no types


def graph_template(model: nn.Module, signature: GraphSignature) -> GraphTemplate:
    """Return the template of all models that have the structure of this one."""
    learned = learned_numbers(model)
    graph = exported(model, signature, learned)
    for constant in graph.graph.initializer:
        if constant.name in learned:
            constant.CopyFrom(_without_numbers(constant))
    return _template(graph, learned)


class GraphTemplates:
    """Templates made so far, one a structure; kept for other processes too."""

    def __init__(self, store: TemplateStore | None = None) -> None:
        self._known: dict[str, GraphTemplate] = {}
        self._store = store or usual_store()

    def to_onnx(self, model: nn.Module, signature: GraphSignature) -> bytes:
        """Return the graph of `model`, from a template if one is there or made now."""
        structure = structure_of(model, signature)
        if structure not in self._known:
            self._known[structure] = self._kept_or_made(structure, model, signature)
        return self._known[structure].filled(model)

    def __len__(self) -> int:
        """Return how many structures were met."""
        return len(self._known)

    def _kept_or_made(
        self, structure: str, model: nn.Module, signature: GraphSignature
    ) -> GraphTemplate:
        kept = self._store.read(structure)
        if kept is not None:
            return _template(kept, learned_numbers(model))
        made = graph_template(model, signature)
        self._store.write(structure, made.graph)
        return made


def _without_numbers(constant: onnx.TensorProto) -> onnx.TensorProto:
    return onnx.TensorProto(
        name=constant.name, data_type=constant.data_type, dims=constant.dims
    )


def _template(graph: onnx.ModelProto, learned: Collection[str]) -> GraphTemplate:
    known = enumerate(one.name for one in graph.graph.initializer)
    return GraphTemplate(graph, {name: at for at, name in known if name in learned})
