"""The child process that makes TensorFlow Lite files; a plain script, no module.

It imports the converter, which takes seconds and a gigabyte, and nothing of this
project. Each line that it reads is an order as JSON, each line that it writes tells
what became of it:

    {"program": PATH, "inputs": {"spectrum": [204]}, "examples": {"spectrum": 0.5},
     "folder": PATH, "ways": ["float", "dynamic int8"]}
    {"files": {"float": PATH}, "errors": {"dynamic int8": "..."}}

Whatever the converter prints goes elsewhere. It ends when nobody orders any more.
"""

import json
import os
import re
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

FLOAT = "float"
DYNAMIC = "dynamic int8"
WEIGHTS = "weight-only int8"
PLACE = re.compile(r"<eval_with_key>[^ ]* ")
MOST_TOLD = 200
OUTPUTS = ("value", "low", "high", "novelty")
SERIES = "series"
LEAST_WEIGHTS = 1024
"""As the recipe `dynamic_legacy_wi8_afp32`: smaller layers are not worth it."""


def main() -> None:
    """Carry out orders until there are none."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        answers.write(json.dumps(_carried_out(json.loads(line))) + "\n")


def _carried_out(order: dict[str, Any]) -> dict[str, dict[str, str]]:
    try:
        graph = _converted(order)
    except Exception as error:  # noqa: BLE001 - told to the parent
        return {"files": {}, "errors": dict.fromkeys(order["ways"], _told(error))}
    files: dict[str, str] = {}
    errors: dict[str, str] = {}
    for number, way in enumerate(order["ways"]):
        path = Path(order["folder"]) / f"{number}.tflite"
        try:
            path.write_bytes(graph if way == FLOAT else _quantised(graph, way))
            files[way] = str(path)
        except Exception as error:  # noqa: BLE001 - told to the parent
            errors[way] = _told(error)
    return {"files": files, "errors": errors}


def _told(error: Exception) -> str:
    """Return an error as one line, without what the converter prints of its state."""
    traceback.print_exception(error)
    lines = str(error).strip().splitlines() or [""]
    told = PLACE.sub("", lines[0]).partition(": %")[0]
    return f"{type(error).__name__}: {told}"[:MOST_TOLD]


def _converted(order: dict[str, Any]) -> bytes:
    """Return the program for one question at a time, under the contract's names."""
    import torch  # noqa: PLC0415 - after the output is out of its way

    converter = import_module("litert_torch")

    class Named(torch.nn.Module):
        """Gives names to the four answers."""

        def __init__(self, told: torch.nn.Module) -> None:
            super().__init__()
            self.told = told

        def forward(self, spectrum: torch.Tensor) -> dict[str, torch.Tensor]:
            """Answer by name."""
            return dict(zip(OUTPUTS, self.told(spectrum), strict=True))

    class NamedSeries(Named):
        """The same of a graph that reads series."""

        def forward(  # type: ignore[override]
            self, series: torch.Tensor, days: torch.Tensor, mask: torch.Tensor
        ) -> dict[str, torch.Tensor]:
            """Answer by name."""
            return dict(zip(OUTPUTS, self.told(series, days, mask), strict=True))

    kind = NamedSeries if SERIES in order["inputs"] else Named
    model = kind(torch.export.load(order["program"]).module())
    example = {
        name: torch.full((1, *shape), order["examples"][name])
        for name, shape in order["inputs"].items()
    }
    edge = converter.convert(model, sample_args=(), sample_kwargs=example)
    return bytes(edge.model_content())


def _quantised(graph: bytes, way: str) -> bytes:
    """Return the graph with weights of eight bits, except where they decide most."""
    quantizer = import_module("ai_edge_quantizer.quantizer")
    recipe = [_eight_bits(is_dynamic=way == DYNAMIC)]
    recipe += [_untouched(name) for name in _kept_float(graph)]
    found = quantizer.Quantizer(bytearray(graph), recipe).quantize()
    return bytes(found.quantized_model)


def _eight_bits(*, is_dynamic: bool) -> dict[str, Any]:
    """Return the recipe dynamic_legacy_wi8_afp32, or that for weights alone."""
    weights = {
        "num_bits": 8,
        "symmetric": True,
        "granularity": "CHANNELWISE",
        "dtype": "INT",
        "block_size": 0,
    }
    settings = {
        "weight_tensor_config": weights,
        "compute_precision": "INTEGER" if is_dynamic else "FLOAT",
        "explicit_dequantize": not is_dynamic,
        "skip_checks": False,
        "min_weight_elements": LEAST_WEIGHTS,
    }
    return {
        "regex": ".*",
        "operation": "*",
        "algorithm_key": "min_max_uniform_quantize",
        "op_config": settings,
    }


def _untouched(scope: str) -> dict[str, Any]:
    return {
        "regex": f"^{re.escape(scope)}$",
        "operation": "*",
        "algorithm_key": "no_quantize",
    }


def _kept_float(graph: bytes) -> list[str]:
    """Return the steps that tell novelty, and the last ones that tell values.

    Novelty is a small difference of large sums; what the last layer loses, nothing
    evens out. Of series it is told from what the layers make of them, which values are
    told from too: those layers are as small for both.
    """
    schema = import_module("ai_edge_litert.schema_py_generated")
    model = schema.ModelT.InitFromPackedBuf(graph, 0)
    part = model.subgraphs[0]
    makers = {at: step for step in part.operators for at in step.outputs}
    told = {
        one.name.decode(): one.tensorIndex for one in model.signatureDefs[0].outputs
    }
    novelty = _steps_before(told["novelty"], makers)
    if SERIES in [one.name.decode() for one in model.signatureDefs[0].inputs]:
        shared = set(map(id, _steps_before(told["value"], makers)))
        novelty = [step for step in novelty if id(step) not in shared]
    values = _last_layers(told["value"], makers, part.tensors)
    return [_scope(step, part.tensors) for step in [*novelty, *values]]


def _steps_before(tensor: int, makers: dict[int, Any]) -> list[Any]:
    """Return every step that a tensor depends on."""
    found: dict[int, Any] = {}
    waiting = [tensor]
    while waiting:
        step = makers.get(waiting.pop())
        if step is not None and id(step) not in found:
            found[id(step)] = step
            waiting += list(step.inputs)
    return list(found.values())


def _last_layers(tensor: int, makers: dict[int, Any], tensors: Any) -> list[Any]:  # noqa: ANN401 - the schema has no types
    """Return the layers between which and the tensor there is no other layer."""
    found, waiting = [], [tensor]
    while waiting:
        step = makers.get(waiting.pop())
        if step is None:
            continue
        if any(_is_matrix(tensors[at], at in makers) for at in step.inputs if at >= 0):
            found.append(step)
        else:
            waiting += list(step.inputs)
    return found


def _is_matrix(tensor: Any, is_made: bool) -> bool:  # noqa: ANN401 - as above
    return not is_made and len(tensor.shape) > 1 and max(tensor.shape) > 1


def _scope(step: Any, tensors: Any) -> str:  # noqa: ANN401 - as above
    """Return a step's name as the quantiser knows it."""
    return "".join(f"{tensors[at].name.decode()};" for at in step.outputs if at >= 0)


if __name__ == "__main__":
    main()
