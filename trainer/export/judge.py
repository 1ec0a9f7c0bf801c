"""Who measures graphs of one model against it, and says what speaks against each.

A graph is asked all scans at once and one by one. Where that makes a difference, it
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

from protocols.golden_vectors import GraphAnswer, joined_answers
from trainer.export.export_budget import ExportBudget
from trainer.export.export_parity import LoadedGraph, answer_of
from trainer.export.measured_error import (
    MeasuredError,
    first_answers,
    measured_error,
)
from trainer.export.proof_scans import ProofScans
from trainer.export.runtimes.loaded_tflite import LoadedTflite
from trainer.export.trial import Trial, Way

Scans = NDArray[np.float32]

ALONE_SCANS = 32
"""So many scans are asked one by one of a graph that takes many at once."""

SAME = 1e-4
"""Answers to many scans and to one that differ by less, in deviations, are the same."""

TIMED_SCANS = 50
MILLISECONDS = 1000.0


class Loaded(Protocol):
    """A graph in a runtime."""

    def answer(self, spectra: Scans) -> GraphAnswer:
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
    """Holds what the model says of the proof scans; the model is asked once."""

    def __init__(
        self,
        model: nn.Module,
        scans: ProofScans,
        spreads: Sequence[float],
        budget: ExportBudget,
    ) -> None:
        self._scans, self._spreads, self._budget = scans, tuple(spreads), budget
        self._expected = answer_of(model, scans.proof)
        self._strange = answer_of(model, scans.strange)

    def trial(self, way: Way, graph: bytes) -> Trial:
        """Return what is found of a graph."""
        found = self.measured(loaded_in_its_runtime(way, graph), len(graph))
        objections = tuple(objections_to(found, way, self._budget))
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
        together = loaded.answer(self._scans.proof)
        few = min(ALONE_SCANS, len(self._scans.proof))
        alone = _one_by_one(loaded, self._scans.proof[:few])
        drift = measured_error(first_answers(together, few), alone, self._spreads)
        takes_one = drift.worst > SAME
        if takes_one:
            together = _one_by_one(loaded, self._scans.proof)
        soils = measured_error(self._expected, together, self._spreads)
        strange = measured_error(
            self._strange, _one_by_one(loaded, self._scans.strange), self._spreads
        )
        return Measured(
            bytes=size,
            error=MeasuredError(
                soils.rmse,
                max(soils.worst, strange.worst),
                soils.flips + strange.flips,
            ),
            latency_ms=self._latency(loaded),
            most_scans=1 if takes_one else None,
        )

    def _latency(self, loaded: Loaded) -> float | None:
        if self._budget.most_latency_ms is None:
            return None
        return median_latency_ms(loaded, self._scans.proof)


def loaded_in_its_runtime(way: Way, graph: bytes) -> Loaded:
    """Return the graph in the runtime that this machine has for its format."""
    return LoadedGraph(graph) if way.format == "onnx" else LoadedTflite(graph)


def median_latency_ms(loaded: Loaded, scans: Scans) -> float:
    """Return how long one scan takes at the median."""
    times = []
    for at in range(TIMED_SCANS):
        scan = scans[at % len(scans)][np.newaxis]
        started = time.perf_counter()
        loaded.answer(scan)
        times.append((time.perf_counter() - started) * MILLISECONDS)
    return statistics.median(times)


def objections_to(found: Measured, way: Way, budget: ExportBudget) -> Iterator[str]:
    """Yield what speaks against publishing a graph."""
    if not found.error.rmse <= budget.most_error:
        yield f"off by {found.error.rmse:.2g} sd, allowed {budget.most_error:g}"
    if not found.error.worst <= way.most_worst:
        yield f"one scan off by {found.error.worst:.2g} sd, allowed {way.most_worst:g}"
    if found.error.flips:
        yield f"told of {found.error.flips} scans otherwise whether they are foreign"
    if budget.most_bytes is not None and found.bytes > budget.most_bytes:
        yield f"{found.bytes} bytes, allowed {budget.most_bytes}"
    most_ms = budget.most_latency_ms
    if found.latency_ms is not None and most_ms and found.latency_ms > most_ms:
        yield f"{found.latency_ms:.3g} ms a scan, allowed {most_ms:g}"


def _one_by_one(loaded: Loaded, scans: Scans) -> GraphAnswer:
    return joined_answers(
        [loaded.answer(scans[at : at + 1]) for at in range(len(scans))]
    )
