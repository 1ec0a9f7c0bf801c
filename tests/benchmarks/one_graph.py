"""A graph in one runtime in a process of its own; a plain script, no module.

It imports numpy and that runtime and nothing of this project, so that it runs in the
environment of a device. Written for `tests.benchmarks.export_parity`:

    python one_graph.py RUNTIME GRAPH ASKED ANSWERS

prints one JSON object of milliseconds and megabytes, and keeps the answers.
"""

import json
import re
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

OUTPUTS = ("value", "low", "high", "novelty")
ROUNDS = 400
WARM = 40
MILLISECONDS = 1000.0
KB_A_MB = 1000.0

Answer = Callable[[Any], dict[str, Any]]


def main() -> None:
    """Load, answer every question by itself, then the same again for the time."""
    runtime, graph, asked_at, answers_at = sys.argv[1:]
    numpy = import_module("numpy")
    questions = questions_in(numpy.load(asked_at))
    before, started = memory_mb(), time.perf_counter()
    prepare = onnx_session if runtime == "onnxruntime" else tflite_interpreter
    load = prepare(runtime)
    imported = time.perf_counter()
    answer = load(graph)
    answer(questions[0])
    loaded = time.perf_counter()
    told = [answer(asked) for asked in questions]
    numpy.savez(
        answers_at,
        **{name: numpy.concatenate([one[name] for one in told]) for name in OUTPUTS},
    )
    times = sorted(timed(answer, questions))
    figures = {
        "import_ms": (imported - started) * MILLISECONDS,
        "load_ms": (loaded - imported) * MILLISECONDS,
        "p50_ms": times[len(times) // 2],
        "p99_ms": times[len(times) * 99 // 100],
        "memory_mb": memory_mb(),
        "before_mb": before,
    }
    sys.stdout.write(json.dumps(figures) + "\n")


def questions_in(arrays: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - numpy is loaded late
    """Return what is asked one by one, by the names of the inputs."""
    inputs = {name: arrays[name] for name in arrays.files}
    count = len(next(iter(inputs.values())))
    return [
        {name: array[at : at + 1] for name, array in inputs.items()}
        for at in range(count)
    ]


def onnx_session(runtime: str) -> Callable[[str], Answer]:
    """Import onnxruntime and return what loads a graph into it."""
    module = import_module(runtime)

    def load(graph: str) -> Answer:
        options = module.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        session = module.InferenceSession(
            graph, options, providers=["CPUExecutionProvider"]
        )
        return lambda asked: dict(
            zip(OUTPUTS, session.run(OUTPUTS, asked), strict=True)
        )

    return load


def tflite_interpreter(runtime: str) -> Callable[[str], Answer]:
    """Import one of the two interpreters and return what loads a graph into it."""
    name = "ai_edge_litert" if runtime == "ai-edge-litert" else "tflite_runtime"
    module = import_module(f"{name}.interpreter")

    def load(graph: str) -> Answer:
        interpreter = module.Interpreter(graph, num_threads=1)
        run = interpreter.get_signature_runner("serving_default")
        return lambda asked: {
            name: value.copy() for name, value in run(**asked).items()
        }

    return load


def timed(answer: Answer, questions: list[dict[str, Any]]) -> list[float]:
    """Return how long each of some questions took."""
    times = []
    for at in range(WARM + ROUNDS):
        asked = questions[at % len(questions)]
        started = time.perf_counter()
        answer(asked)
        times.append((time.perf_counter() - started) * MILLISECONDS)
    return times[WARM:]


def memory_mb() -> float:
    """Return this process' resident memory."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"^VmRSS:\s+(\d+)", status, re.MULTILINE)
    return int(found.group(1)) / KB_A_MB if found else float("nan")


if __name__ == "__main__":
    main()
