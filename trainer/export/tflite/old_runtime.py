"""Which TensorFlow Lite files the last tflite-runtime may be given.

Version 2.14 is the only one for 32-bit ARM. What it does not know it refuses, or worse
it does not: only steps of versions that it was seen to run rightly are let through.
"""

from importlib import import_module

OLD_RUNTIME = "tflite-runtime"
NEWEST_STEP = 161
"""The number of the last kind of step that version 2.14 knows."""

NEWEST_VERSIONS = {"CAST": 5, "FULLY_CONNECTED": 5}
"""Of every other step the first version is what was seen to run rightly."""


def runs_on_the_old_runtime(graph: bytes) -> bool:
    """Return whether every step of a file is one that tflite-runtime 2.14 knows."""
    schema = import_module("ai_edge_litert.schema_py_generated")
    names = {number: name for name, number in vars(schema.BuiltinOperator).items()}
    model = schema.ModelT.InitFromPackedBuf(graph, 0)
    kinds = (
        (max(one.builtinCode, one.deprecatedBuiltinCode), one.version)
        for one in model.operatorCodes
    )
    return all(
        kind <= NEWEST_STEP and version <= NEWEST_VERSIONS.get(str(names[kind]), 1)
        for kind, version in kinds
    )
