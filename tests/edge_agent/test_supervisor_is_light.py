"""The supervisor loads nothing that only its children need."""

import subprocess
import sys

HEAVY = ("numpy", "onnxruntime", "tuf", "securesystemslib", "torch", "urllib3")
HEAVY_PROTOCOLS = (
    "protocols.spectrum",
    "protocols.wavelength_grid",
    "protocols.model_manifest",
    "protocols.model_package",
)


def test_agent_loads_neither_numpy_nor_a_runtime_nor_tuf() -> None:
    script = (
        "import sys, edge_agent.agent, edge_agent.commands.run; "
        f"print(sorted({set(HEAVY + HEAVY_PROTOCOLS)!r} & sys.modules.keys()))"
    )

    found = subprocess.check_output([sys.executable, "-c", script], text=True)

    assert found.strip() == "[]"


def test_predictor_loads_no_runtime_before_it_has_a_model() -> None:
    script = (
        "import sys, edge_agent.predictor.__main__; "
        "print(sorted({'onnxruntime', 'tuf', 'paho', 'ssl'} & sys.modules.keys()))"
    )

    found = subprocess.check_output([sys.executable, "-c", script], text=True)

    assert found.strip() == "[]"
