"""The converter is a child that may fail, hang or die; the parent says so."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from tests.trainer.export.small_models import SCANS, SPREADS, network_model
from trainer.errors import ExportError
from trainer.export import draft
from trainer.export.exported_model import ExportBudget, ExportedModel, export_model
from trainer.export.runtimes.loaded_tflite import LoadedTflite
from trainer.export.single_precision import in_single_precision
from trainer.export.tflite.converter import PROGRAM, TfliteConverter

SIGNATURE = SCANS.signature
BOTH = ExportBudget(formats=("onnx", "tflite"))
DIES = ("import os, signal", "input()", "os.kill(os.getpid(), signal.SIGKILL)")
HANGS = ("import time", "time.sleep(60)")


def converter_that(*lines: str, most_s: float = 20.0) -> TfliteConverter:
    program = (sys.executable, "-c", "\n".join(lines))
    return TfliteConverter(most_s, program)


def test_the_program_of_the_child_imports_nothing_of_this_project() -> None:
    tree = ast.parse(PROGRAM.read_text(encoding="utf-8"))

    imported = {
        name.name if isinstance(node, ast.Import) else str(node.module)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }

    roots = {name.partition(".")[0] for name in imported}
    assert not roots & {"trainer", "protocols", "edge_agent", "tests"}


def test_a_file_offers_its_four_answers_by_name(
    exported_network: ExportedModel,
) -> None:
    loaded = LoadedTflite(exported_network.members["model.tflite"])

    answer = loaded.answer(SCANS.proof[:2])

    assert answer.value.shape == answer.low.shape == (2, 1)
    assert answer.novelty.shape == (2,)
    assert (answer.low < answer.high).all()


def test_a_killed_child_is_told_in_one_sentence_and_the_next_order_starts_another() -> (
    None
):
    with converter_that(*DIES) as converter:
        for _ in range(2):
            with pytest.raises(ExportError, match="the converter ended with -9"):
                converter.convert(
                    in_single_precision(network_model()), SIGNATURE, ["float"]
                )


def test_a_child_that_takes_too_long_is_ended() -> None:
    with converter_that(*HANGS, most_s=0.5) as converter:
        with pytest.raises(ExportError, match=r"within 0\.5 s, found none"):
            converter.convert(
                in_single_precision(network_model()), SIGNATURE, ["float"]
            )

        assert converter._child is None


def test_nobody_needs_to_close_a_converter() -> None:
    converter = converter_that(*HANGS, most_s=60.0)
    child = converter._started()

    del converter

    assert child.returncode is not None


def test_where_the_child_dies_the_package_is_onnx_only_and_says_so() -> None:
    with converter_that(*DIES) as converter:
        exported = export_model(
            network_model(), SCANS, SPREADS, BOTH, converter=converter
        )

    assert list(exported.members) == ["model.onnx"]
    assert (
        "TensorFlow Lite: none; float (ExportError: expected a Tensor"
        in (exported.sentences[1])
    )


def test_without_the_extra_the_package_is_onnx_only_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(draft, "missing_packages", lambda: ("litert_torch",))

    exported = export_model(network_model(), SCANS, SPREADS, BOTH)

    assert [one.member for one in exported.artefacts] == ["model.onnx"]
    assert (
        "litert_torch not installed: install terroir[tflite]" in (exported.sentences[1])
    )


class Unlowered(nn.Module):
    """Adds up in double precision, which these files do not know."""

    def __init__(self) -> None:
        super().__init__()
        self.plain = network_model()

    def forward(self, spectrum):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201, D102
        value, low, high, novelty = self.plain(spectrum)
        ones = torch.ones(spectrum.shape[1], 1, dtype=torch.float64)
        return value + (spectrum.double() @ ones).float(), low, high, novelty


def test_what_the_converter_does_not_know_is_a_reason_and_the_child_lives_on(
    converter: TfliteConverter,
) -> None:
    child = converter._started()

    done = converter.convert(
        in_single_precision(Unlowered()), SIGNATURE, ["float", "dynamic int8"]
    )

    assert done.graphs == {}
    assert done.errors["float"] == done.errors["dynamic int8"]
    assert done.errors["float"]
    assert converter._child is child


def test_the_child_ends_by_itself_when_nobody_orders_any_more() -> None:
    ended = subprocess.run([sys.executable, "-P", str(PROGRAM)], input="", check=False)

    assert ended.returncode == 0
    assert isinstance(PROGRAM, Path)
