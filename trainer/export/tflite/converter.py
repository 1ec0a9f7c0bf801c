"""Conversions to TensorFlow Lite, in a child process that can be given up.

The converter takes seconds and a gigabyte to import, prints as it likes and may end
the process that it runs in. One child serves many conversions.
"""

import importlib.util
import json
import selectors
import subprocess
import sys
import tempfile
import warnings
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import IO, Self

import torch
from torch import nn

from trainer.errors import ExportError
from trainer.export.graph_signature import GraphSignature
from trainer.export.onnx_exporter import quiet_exporter

PROGRAM = Path(__file__).with_name("converter_program.py")
NEEDED = ("litert_torch", "ai_edge_quantizer", "ai_edge_litert")
MOST_S = 300.0
"""A conversion that takes longer is given up."""

END_S = 5.0


@dataclass(frozen=True, eq=False)
class Converted:
    """What became of one model.

    Attributes:
        graphs: The files that were made, by their way.
        errors: Why the others were not.
    """

    graphs: dict[str, bytes]
    errors: dict[str, str]


def missing_packages() -> tuple[str, ...]:
    """Return what the extra `tflite` would bring and is not there."""
    return tuple(name for name in NEEDED if importlib.util.find_spec(name) is None)


class TfliteConverter:
    """A child process that converts; started by the first conversion."""

    def __init__(
        self, most_s: float = MOST_S, program: Sequence[str] | None = None
    ) -> None:
        self._most_s = most_s
        self._program = program or (sys.executable, "-P", str(PROGRAM))
        self._child: subprocess.Popen[str] | None = None
        self._end: Callable[[], object] = _nothing_to_end

    def convert(
        self, model: nn.Module, signature: GraphSignature, ways: Sequence[str]
    ) -> Converted:
        """Return files for one question at a time; the model is in single precision."""
        with tempfile.TemporaryDirectory(prefix="terroir-") as folder:
            program = Path(folder) / "model.pt2"
            _write_program(model, signature, program)
            order = {
                "program": str(program),
                "inputs": {one.name: one.shape for one in signature.inputs},
                "examples": {one.name: one.example for one in signature.inputs},
                "folder": folder,
                "ways": ways,
            }
            told = json.loads(self._answer_to(json.dumps(order)))
            graphs = {
                way: Path(path).read_bytes() for way, path in told["files"].items()
            }
        return Converted(graphs, told["errors"])

    def close(self) -> None:
        """End the child; the next conversion starts another one."""
        self._end()
        self._child = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _answer_to(self, order: str) -> str:
        child = self._started()
        orders, answers = _pipes(child)
        try:
            orders.write(order + "\n")
            orders.flush()
            line = _line_within(answers, self._most_s)
        except BrokenPipeError:
            line = ""
        except BaseException:
            self.close()
            raise
        if not line:
            code = child.wait(END_S)
            self.close()
            raise ExportError(
                "expected a TensorFlow Lite file, found that the converter ended with "
                f"{code}; make the package without tflite, or give it more memory"
            )
        return line

    def _started(self) -> subprocess.Popen[str]:
        if self._child is None:
            self._child = subprocess.Popen(
                list(self._program),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            # Also where nobody closes this: nothing outlives the process or the owner.
            self._end = weakref.finalize(self, _end, self._child)
        return self._child


def _end(child: subprocess.Popen[str]) -> None:
    child.kill()
    child.wait(END_S)
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()


def _nothing_to_end() -> None:
    """Do nothing, before the first conversion."""


def _pipes(child: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    if child.stdin is None or child.stdout is None:
        raise ExportError("expected pipes to the converter, found none")
    return child.stdin, child.stdout


def _line_within(answers: IO[str], most_s: float) -> str:
    """Return the child's next line; nothing if it ended."""
    end = monotonic() + most_s
    with selectors.DefaultSelector() as waiting:
        waiting.register(answers, selectors.EVENT_READ)
        if not waiting.select(max(0.0, end - monotonic())):
            raise ExportError(
                f"expected a TensorFlow Lite file within {most_s:g} s, found none; "
                "make the package without tflite"
            )
    return answers.readline()


def _write_program(model: nn.Module, signature: GraphSignature, path: Path) -> None:
    with quiet_exporter(), torch.no_grad(), warnings.catch_warnings():
        # Of weights that share memory, as those of recurrent layers do.
        warnings.filterwarnings("ignore", "No complete tensor found", UserWarning)
        torch.export.save(torch.export.export(model, signature.example(1)), path)
