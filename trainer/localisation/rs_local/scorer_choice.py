"""Where draws are scored; torch is loaded for a graphics card only."""

from dataclasses import dataclass
from typing import Literal

from trainer.errors import CalibrationError
from trainer.localisation.rs_local.instance_search import Scorer
from trainer.localisation.rs_local.search_soils import SearchSoils
from trainer.localisation.rs_local.selection_settings import SelectionSettings

Device = Literal["cpu", "cuda"]


@dataclass(frozen=True)
class Computing:
    """Where a search is computed; nothing of it changes what is kept.

    Attributes:
        device: The processor or a graphics card.
        threads: On the processor; as many as there are cores if left out.
    """

    device: Device = "cpu"
    threads: int | None = None


ALL_CORES = Computing()


def scorer_for(
    soils: SearchSoils, settings: SelectionSettings, computing: Computing
) -> Scorer:
    """Return the scorer, or refuse a device that is not there."""
    if computing.device == "cuda":
        return _on_card(soils, settings)
    from trainer.localisation.rs_local.compiled_scorer import (  # noqa: PLC0415 - loads the compiler
        CompiledScorer,
    )

    return CompiledScorer(soils, settings, computing.threads)


def _on_card(soils: SearchSoils, settings: SelectionSettings) -> Scorer:
    import torch  # noqa: PLC0415 - seconds and hundreds of megabytes

    from trainer.localisation.rs_local.torch_scorer import (  # noqa: PLC0415 - loads torch
        TorchScorer,
    )

    if not torch.cuda.is_available():
        raise CalibrationError("expected a CUDA device, found none; say `cpu`")
    return TorchScorer(soils, settings, torch.device("cuda"))
