"""Graphs made in every way that makes sense, each with its trial."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from torch import nn

from trainer.errors import ExportError
from trainer.export.export_budget import ExportBudget
from trainer.export.graph_signature import GraphSignature
from trainer.export.judge import Judge
from trainer.export.model_kind import kind_of
from trainer.export.module_structure import learned_numbers
from trainer.export.onnx_ways import AS_IT_IS, OnnxWays
from trainer.export.single_precision import in_single_precision
from trainer.export.tflite.converter import (
    Converted,
    TfliteConverter,
    missing_packages,
)
from trainer.export.tflite.old_runtime import (
    OLD_RUNTIME,
    runs_on_the_old_runtime,
)
from trainer.export.tflite.tflite_ways import Conversion, conversions
from trainer.export.trial import Trial, Way, failed_trial

LOG = logging.getLogger(__name__)

WORTH_IT = 0.8
"""A converter may undo what was kept in half precision: then single is no larger."""


@dataclass(frozen=True, eq=False)
class Draft:
    """A graph and what was found of it; no bytes where none could be made."""

    way: Way
    trial: Trial
    graph: bytes = b""


def onnx_drafts(
    source: OnnxWays, budget: ExportBudget, judge: Judge, *, tries_all: bool = False
) -> list[Draft]:
    """Try the ways to make an ONNX graph; of a kernel model until one is allowed."""
    drafts: list[Draft] = []
    stops_early = kind_of(source.model) == "kernel" and not tries_all
    for way, make in source.ways(budget):
        drafts.append(_tried(way, make, judge))
        _check_plain(drafts[-1])
        if drafts[-1].trial.allowed and stops_early:
            break
    return drafts


def tflite_drafts(
    source: OnnxWays,
    judge: Judge,
    converter: TfliteConverter | None,
    *,
    tries_all: bool = False,
) -> list[Draft]:
    """Try the ways to make a TensorFlow Lite file; none where the extra is missing."""
    missing, drafts = missing_packages(), list[Draft]()
    reason = f"{', '.join(missing)} not installed: install terroir[tflite]"
    for conversion in conversions(source.model):
        if missing:
            drafts += _failed(conversion, reason)
            continue
        drafts += _converted(conversion, source.proof.signature, judge, converter)
        if not tries_all and any(_is_worth_it(one, source.model) for one in drafts):
            break
    return drafts


def _is_worth_it(draft: Draft, model: nn.Module) -> bool:
    """Return whether no other way can make a much smaller file."""
    numbers = learned_numbers(in_single_precision(model)).values()
    whole = sum(number.nbytes for number in numbers)
    return draft.trial.allowed and draft.trial.bytes < WORTH_IT * whole


def _converted(
    conversion: Conversion,
    signature: GraphSignature,
    judge: Judge,
    converter: TfliteConverter | None,
) -> list[Draft]:
    model, ways = conversion
    try:
        if converter is not None:
            done = converter.convert(model, signature, list(ways))
        else:
            with TfliteConverter() as own:
                done = own.convert(model, signature, list(ways))
    except Exception as error:
        LOG.info("no TensorFlow Lite file could be made", exc_info=True)
        return _failed(conversion, _short(error))
    return [
        _tried(_without_strangers(way, done.graphs[name]), _taken(done, name), judge)
        if name in done.graphs
        else Draft(way, failed_trial(way, done.errors.get(name, "not made")))
        for name, way in ways.items()
    ]


def _failed(conversion: Conversion, reason: str) -> list[Draft]:
    return [Draft(way, failed_trial(way, reason)) for way in conversion[1].values()]


def _without_strangers(way: Way, graph: bytes) -> Way:
    """Return the way without runtimes that do not know every step of its file."""
    if runs_on_the_old_runtime(graph):
        return way
    known = tuple(one for one in way.runtimes if one != OLD_RUNTIME)
    return replace(way, runtimes=known)


def _taken(done: Converted, name: str) -> Callable[[], bytes]:
    return lambda: done.graphs[name]


def _tried(way: Way, make: Callable[[], bytes], judge: Judge) -> Draft:
    try:
        graph = make()
        return Draft(way, judge.trial(way, graph), graph)
    except Exception as error:
        if way.name == AS_IT_IS.name:
            raise
        LOG.info("%s could not be made", way.name, exc_info=True)
        return Draft(way, failed_trial(way, _short(error)))


def _check_plain(draft: Draft) -> None:
    """Refuse to go on where the graph as it is answers otherwise than the model."""
    worst, allowed = draft.trial.worst, draft.way.most_worst
    if draft.way.name == AS_IT_IS.name and not worst <= allowed:
        raise ExportError(
            f"expected the graph within {allowed:g} standard deviations of its model, "
            f"found {worst:.2g}; publish nothing and report the model"
        )


def _short(error: Exception) -> str:
    """Return an error as one line that a card can hold."""
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"[:200]
