"""Who measures graphs of one model against it, and says what speaks against each.

A graph is asked everything at once and one by one. Where that makes a difference, it
takes one at a time, and only what it says then counts.
"""

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import nn

from protocols.golden_vectors import (
    GraphAnswer,
    Inputs,
    joined_answers,
    questions_of,
)
from protocols.graph_contract import INPUT
from trainer.export.export_budget import ExportBudget
from trainer.export.export_parity import LoadedGraph, answer_of
from trainer.export.measured_error import (
    MeasuredError,
    first_answers,
    measured_error,
    told_otherwise,
)
from trainer.export.proof_inputs import SCAN_WORDS, ProofInputs, ProofWords
from trainer.export.runtimes.loaded_tflite import LoadedTflite
from trainer.export.trial import Trial, Way

ALONE_SCANS = 32
"""So many questions are asked one by one of a graph that takes many at once."""

SAME = 1e-4
"""Answers to many scans and to one that differ by less, in deviations, are the same."""

TIMED_SCANS = 50
MILLISECONDS = 1000.0


class Loaded(Protocol):
    """A graph in a runtime."""

    def answer(self, *inputs: NDArray[np.float32]) -> GraphAnswer:
        """Return what the graph says."""
        ...


@dataclass(frozen=True)
class Measured:
    """What was found of a graph, before anybody judges it."""

    bytes: int
    error: MeasuredError
    latency_ms: float | None
    most_scans: int | None


class Judge:
    """Holds what the model says of the proof; the model is asked once."""

    def __init__(
        self,
        model: nn.Module,
        proof: ProofInputs,
        spreads: Sequence[float],
        budget: ExportBudget,
    ) -> None:
        self._proof, self._spreads, self._budget = proof, tuple(spreads), budget
        self._asked, self._odd = proof.asked, proof.oddities
        self._expected = answer_of(model, *self._asked)
        self._strange = answer_of(model, *self._odd)

    def trial(self, way: Way, graph: bytes) -> Trial:
        """Return what is found of a graph."""
        loaded = loaded_in_its_runtime(way, graph, self._proof.signature.names)
        found = self.measured(loaded, len(graph))
        objections = tuple(objections_to(found, way, self._budget, self._proof.words))
        return Trial(
            format=way.format,
            way=way.name,
            bytes=found.bytes,
            error=found.error.rmse,
            worst=found.error.worst,
            latency_ms=found.latency_ms,
            most_scans=found.most_scans,
            allowed=not objections,
            reason="; ".join(objections),
        )

    def measured(self, loaded: Loaded, size: int) -> Measured:
        """Ask the graph everything."""
        together = loaded.answer(*self._asked)
        few = min(ALONE_SCANS, len(self._asked[0]))
        alone = _one_by_one(loaded, tuple(one[:few] for one in self._asked))
        drift = measured_error(first_answers(together, few), alone, self._spreads)
        takes_one = drift.worst > SAME
        if takes_one:
            together = _one_by_one(loaded, self._asked)
        usual = measured_error(self._expected, together, self._spreads)
        strange = measured_error(
            self._strange, _one_by_one(loaded, self._odd), self._spreads
        )
        return Measured(
            bytes=size,
            error=MeasuredError(
                usual.rmse,
                max(usual.worst, strange.worst),
                usual.flips + strange.flips,
                self._misnamed(together),
            ),
            latency_ms=self._latency(loaded),
            most_scans=1 if takes_one else None,
        )

    def _misnamed(self, found: GraphAnswer) -> int:
        if not self._proof.tells_classes:
            return 0
        return told_otherwise(self._expected.value, found.value)

    def _latency(self, loaded: Loaded) -> float | None:
        if self._budget.most_latency_ms is None:
            return None
        return median_latency_ms(loaded, self._asked)


def loaded_in_its_runtime(
    way: Way, graph: bytes, inputs: Sequence[str] = (INPUT,)
) -> Loaded:
    """Return the graph in the runtime that this machine has for its format."""
    kind = LoadedGraph if way.format == "onnx" else LoadedTflite
    return kind(graph, inputs)


def median_latency_ms(loaded: Loaded, inputs: Inputs) -> float:
    """Return how long one scan or place takes at the median."""
    questions, times = questions_of(inputs), []
    for at in range(TIMED_SCANS):
        asked = questions[at % len(questions)]
        started = time.perf_counter()
        loaded.answer(*asked)
        times.append((time.perf_counter() - started) * MILLISECONDS)
    return statistics.median(times)


def objections_to(
    found: Measured, way: Way, budget: ExportBudget, words: ProofWords = SCAN_WORDS
) -> Iterator[str]:
    """Yield what speaks against publishing a graph."""
    off, one = found.error, f"one {words.subject} off by"
    if not off.rmse <= budget.most_error:
        yield f"off by {off.rmse:.2g} {words.unit}, allowed {budget.most_error:g}"
    if not off.worst <= way.most_worst:
        yield f"{one} {off.worst:.2g} {words.unit}, allowed {way.most_worst:g}"
    if off.flips:
        yield f"told of {off.flips} {words.several} otherwise whether they are foreign"
    if off.misnamed:
        yield f"named another class for {off.misnamed} {words.several}"
    yield from _objections_to_cost(found, budget, words)


def _objections_to_cost(
    found: Measured, budget: ExportBudget, words: ProofWords
) -> Iterator[str]:
    if budget.most_bytes is not None and found.bytes > budget.most_bytes:
        yield f"{found.bytes} bytes, allowed {budget.most_bytes}"
    most_ms = budget.most_latency_ms
    if found.latency_ms is not None and most_ms and found.latency_ms > most_ms:
        yield f"{found.latency_ms:.3g} ms a {words.subject}, allowed {most_ms:g}"


def _one_by_one(loaded: Loaded, inputs: Inputs) -> GraphAnswer:
    return joined_answers([loaded.answer(*asked) for asked in questions_of(inputs)])
