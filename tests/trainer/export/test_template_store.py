"""A structure is exported once on a machine; a damaged file is exported again."""

from pathlib import Path

import onnx
import pytest
import torch
from torch import nn

from tests.trainer.calibrations.one_answer_graph import ContractOf
from trainer.cache_folder import PLACE
from trainer.export import graph_template as graph_templates
from trainer.export import template_store
from trainer.export.graph_signature import scan_signature
from trainer.export.graph_template import GraphTemplates
from trainer.export.onnx_graph import to_onnx
from trainer.export.template_store import TemplateStore, usual_store

BANDS = 5


def model(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    return ContractOf(nn.Linear(BANDS, 1)).eval()


@pytest.fixture
def store(tmp_path: Path) -> TemplateStore:
    return TemplateStore(tmp_path / "graphs")


@pytest.fixture
def kept(store: TemplateStore, tmp_path: Path) -> Path:
    GraphTemplates(store).to_onnx(model(1), scan_signature(BANDS))
    (path,) = (tmp_path / "graphs").iterdir()
    return path


def forbid_exports(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("exported although it was kept")

    monkeypatch.setattr(graph_templates, "exported", refuse)


@pytest.mark.usefixtures("kept")
def test_another_process_fills_what_was_kept_and_gets_the_same_bytes(
    store: TemplateStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = to_onnx(model(2), scan_signature(BANDS))
    forbid_exports(monkeypatch)

    assert GraphTemplates(store).to_onnx(model(2), scan_signature(BANDS)) == alone


def test_what_is_kept_holds_no_learned_number(kept: Path) -> None:
    weights = model(1).state_dict()

    data = kept.read_bytes()

    assert all(one.numpy().tobytes() not in data for one in weights.values())


@pytest.mark.parametrize("damage", [b"", b"short", b"0" * 500])
def test_a_damaged_file_is_exported_again(
    store: TemplateStore, kept: Path, damage: bytes
) -> None:
    kept.write_bytes(damage)

    again = GraphTemplates(store).to_onnx(model(1), scan_signature(BANDS))

    assert again == to_onnx(model(1), scan_signature(BANDS))
    assert kept.read_bytes() != damage


@pytest.mark.usefixtures("kept")
def test_other_code_finds_nothing(
    store: TemplateStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(template_store, "made_with", lambda: "of another day")
    forbid_exports(monkeypatch)

    with pytest.raises(AssertionError, match="exported"):
        GraphTemplates(store).to_onnx(model(1), scan_signature(BANDS))


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "graphs").write_text("a file where the folder should be")

    graph = GraphTemplates(TemplateStore(tmp_path / "graphs")).to_onnx(
        model(1), scan_signature(BANDS)
    )

    assert onnx.load_model_from_string(graph).graph.node


def test_a_user_may_say_where_files_lie_that_may_be_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path))

    GraphTemplates(usual_store()).to_onnx(model(1), scan_signature(BANDS))

    assert len(list((tmp_path / "terroir" / "graphs").iterdir())) == 1
