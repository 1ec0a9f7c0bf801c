"""What every exported graph weighs, costs and is off by, on every runtime.

`python -m tests.benchmarks.export_parity [KIND…]` prints one row a kind of model,
format, way and runtime. Each is measured in a process of its own, in the environment of
a device, on one thread: the soils of a farm that no model learned from and on which no
range was chosen are asked one by one. Errors are against torch, in standard deviations
of the library's values. Every way is tried, those too that an export would not need.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from protocols.golden_vectors import GraphAnswer
from tests.bare_environments.environments import bare_environment
from tests.benchmarks.exported_kinds import kinds, proof, spreads
from tests.benchmarks.measurement import Measurement, at_most, observed
from trainer.errors import ExportError
from trainer.export.draft import Draft, onnx_drafts, tflite_drafts
from trainer.export.export_budget import MOST_ERROR, ExportBudget
from trainer.export.export_parity import answer_of
from trainer.export.graph_template import GraphTemplates
from trainer.export.judge import Judge
from trainer.export.measured_error import measured_error
from trainer.export.onnx_ways import OnnxWays
from trainer.export.proof_inputs import ProofInputs
from trainer.export.tflite.converter import TfliteConverter
from trainer.export.trial import WORST_ERROR

PROGRAM = Path(__file__).with_name("one_graph.py")
EVERYTHING = ExportBudget(formats=("onnx", "tflite"), allows_int4=True)
RUNTIMES = {
    "onnx": ("onnxruntime",),
    "tflite": ("ai-edge-litert", "tflite-runtime"),
}
EXTRAS = {
    "onnxruntime": "edge",
    "ai-edge-litert": "litert-edge",
    "tflite-runtime": "tflite-edge",
}
MOST_S = 300.0
NOTHING = float("nan")
COLUMNS = (
    "model", "graph", "way", "runtime", "kB", "rmse sd", "worst sd", "p50 ms", "p99 ms",
    "load ms", "memory MB", "allowed",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class ProvedModel:
    """A model, what its graphs are asked, and the scale of their errors."""

    name: str
    model: torch.nn.Module
    proof: ProofInputs
    spreads: Sequence[float]

    @property
    def asked(self) -> dict[str, NDArray[np.float32]]:
        """What every graph is asked, by the names of its inputs."""
        names = self.proof.signature.names
        return dict(zip(names, self.proof.asked, strict=True))


@dataclass(frozen=True)
class ParityRow:
    """One combination; figures that could not be taken are no numbers."""

    model: str
    format: str
    way: str
    runtime: str
    bytes: int
    rmse: float = NOTHING
    worst: float = NOTHING
    p50_ms: float = NOTHING
    p99_ms: float = NOTHING
    load_ms: float = NOTHING
    memory_mb: float = NOTHING
    allowed: bool = False
    reason: str = ""

    @property
    def is_measured(self) -> bool:
        """Whether the runtime gave any answer."""
        return not np.isnan(self.rmse)

    def cells(self) -> tuple[str, ...]:
        """Return the row as a table shows it."""
        figures = (self.rmse, self.worst)
        costs = (self.p50_ms, self.p99_ms, self.load_ms, self.memory_mb)
        return (
            self.model,
            self.format,
            self.way,
            self.runtime,
            f"{self.bytes / 1000:.0f}" if self.bytes else "",
            *(_cell(one, "{:.2g}") for one in figures),
            *(_cell(one, "{:.3g}") for one in costs),
            "yes" if self.allowed else f"no: {self.reason}",
        )


def bench_rows() -> list[Measurement]:
    """Print the whole table; return the figures of the group `export`."""
    rows = list(measure([]))
    Console().print(parity_table(rows))
    allowed = [row for row in rows if row.allowed and row.is_measured]
    refused = [row for row in rows if not row.allowed]
    return [
        at_most(
            "worst allowed rmse", max(one.rmse for one in allowed), "sd", MOST_ERROR
        ),
        at_most(
            "worst allowed scan", max(one.worst for one in allowed), "sd", WORST_ERROR
        ),
        observed("combinations measured", sum(one.is_measured for one in rows), ""),
        observed("allowed", len(allowed), ""),
        *(_refused(one) for one in refused),
    ]


def measure(names: Sequence[str]) -> Iterator[ParityRow]:
    """Yield every row of these kinds of model; of all where none is named."""
    torch.set_num_threads(1)
    with TfliteConverter() as converter:
        for kind in kinds():
            if not names or kind.name in names:
                known = ProvedModel(kind.name, kind.make(), proof(), spreads())
                yield from rows_of(known, converter)


def parity_table(
    rows: Sequence[ParityRow], columns: Sequence[str] = COLUMNS, on: str = "soils"
) -> Table:
    """Return the rows as a table to print."""
    table = Table(*columns, title=f"exported graphs against torch, on {on} set apart")
    for row in rows:
        table.add_row(*row.cells())
    return table


def rows_of(known: ProvedModel, converter: TfliteConverter) -> Iterator[ParityRow]:
    """Yield a row a way and runtime of one model."""
    judge = Judge(known.model, known.proof, known.spreads, EVERYTHING)
    source = OnnxWays(known.model, known.proof, GraphTemplates())
    try:
        drafts = onnx_drafts(source, EVERYTHING, judge, tries_all=True)
    except ExportError as error:
        yield ParityRow(
            known.name, "onnx", "as it is", "onnxruntime", 0, reason=f"{error}"
        )
        return
    drafts += tflite_drafts(source, judge, converter, tries_all=True)
    for draft in drafts:
        for runtime in RUNTIMES[draft.way.format]:
            row = _row(known, draft, runtime)
            Console(stderr=True, width=200).print("  ".join(row.cells()), style="dim")
            yield row


def _row(known: ProvedModel, draft: Draft, runtime: str) -> ParityRow:
    way, trial = draft.way, draft.trial
    what = (known.name, way.format, way.name, runtime, trial.bytes)
    python = python_with(runtime)
    if not draft.graph or python is None:
        lacking = trial.reason or f"no environment with {runtime} here"
        return ParityRow(*what, reason=lacking)
    figures, found, trouble = _run(python, runtime, draft.graph, known.asked)
    if found is None:
        return ParityRow(*what, reason=trouble)
    expected = answer_of(known.model, *known.asked.values())
    error = measured_error(expected, found, known.spreads)
    is_listed = runtime in way.runtimes
    reason = trial.reason or ("" if is_listed else f"{runtime} is never listed")
    return ParityRow(
        *what,
        rmse=error.rmse,
        worst=error.worst,
        p50_ms=figures["p50_ms"],
        p99_ms=figures["p99_ms"],
        load_ms=figures["load_ms"],
        memory_mb=figures["memory_mb"],
        allowed=trial.allowed and is_listed,
        reason=reason,
    )


def _run(
    python: Path, runtime: str, graph: bytes, asked: dict[str, NDArray[np.float32]]
) -> tuple[dict[str, float], GraphAnswer | None, str]:
    """Return what a process of its own measured and answered, or why it did not."""
    with tempfile.TemporaryDirectory(prefix="terroir-") as name:
        folder = Path(name)
        (folder / "graph").write_bytes(graph)
        np.savez(folder / "asked.npz", allow_pickle=False, **asked)
        answers = folder / "answers.npz"
        words = (runtime, folder / "graph", folder / "asked.npz", answers)
        done = subprocess.run(
            [str(python), str(PROGRAM), *map(str, words)],
            capture_output=True,
            text=True,
            timeout=MOST_S,
            check=False,
        )
        if done.returncode:
            return {}, None, (done.stderr.strip().splitlines() or ["died"])[-1][:120]
        with np.load(answers) as told:
            names = ("value", "low", "high", "novelty")
            answer = GraphAnswer(*(told[name] for name in names))
        return json.loads(done.stdout.splitlines()[-1]), answer, ""


@cache
def python_with(runtime: str) -> Path | None:
    """Return the interpreter of a device's environment; made once and kept."""
    try:
        return bare_environment(EXTRAS[runtime]).folder / "bin" / "python"
    except AssertionError as error:
        Console(stderr=True).print(f"no environment with {runtime}: {error}"[:300])
        return None if runtime == "tflite-runtime" else Path(sys.executable)


def _refused(row: ParityRow) -> Measurement:
    what = f"refused: {row.model}, {row.format} {row.way}, {row.runtime}"
    return observed(what, row.rmse, "sd")


def _cell(number: float, form: str) -> str:
    return "" if np.isnan(number) else form.format(number)


def main() -> None:
    """Print the table of the kinds that are named, or of all."""
    Console(width=220).print(parity_table(list(measure(sys.argv[1:]))))


if __name__ == "__main__":
    main()
