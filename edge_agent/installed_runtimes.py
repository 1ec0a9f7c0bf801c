"""Which runtimes are installed here, found without importing any of them.

The order is the order of choice: the first that a package allows is used. LiteRT starts
quickest and takes the least memory; `tests.benchmarks.cold_start` measures it beside
onnxruntime. tflite-runtime comes last: it answers some quantised graphs with garbage.
"""

from importlib.util import find_spec
from typing import Final, Literal, cast, get_args

from edge_agent.errors import SettingsError

RuntimeName = Literal["ai-edge-litert", "onnxruntime", "tflite-runtime"]
RuntimeWish = Literal["auto", "ai-edge-litert", "onnxruntime", "tflite-runtime"]

MODULES: dict[RuntimeName, str] = {
    "ai-edge-litert": "ai_edge_litert",
    "onnxruntime": "onnxruntime",
    "tflite-runtime": "tflite_runtime",
}
EXTRAS: dict[RuntimeName, str] = {
    "ai-edge-litert": "terroir[litert-edge]",
    "onnxruntime": "terroir[edge]",
    "tflite-runtime": "terroir[tflite-edge]",
}
AUTO: Final = "auto"
WISHES: tuple[str, ...] = get_args(RuntimeWish)


def installed_runtimes() -> tuple[RuntimeName, ...]:
    """Return the runtimes that could be imported here, best first."""
    return tuple(name for name, module in MODULES.items() if find_spec(module))


def checked_wish(text: str) -> RuntimeWish:
    """Return `text` as a runtime to be used, or refuse it."""
    if text not in WISHES:
        raise SettingsError(
            f"expected a runtime of {', '.join(WISHES)}, found {text!r}"
        )
    return cast("RuntimeWish", text)


def runtimes_in_words(wish: RuntimeWish) -> str:
    """Return what the device would run a model on, as it tells the cloud."""
    if wish != AUTO:
        return wish
    return ", ".join(installed_runtimes()) or "none"
