"""What an evaluation of a season leaves in its folder.

`report.html` for people, `evaluation.json` for machines, `season.json` for predictions
to follow, and `tensorboard/` with the scores and a confusion matrix for every date.
"""

from pathlib import Path

import msgspec
from torch.utils.tensorboard import SummaryWriter

from trainer.crops.in_season.evaluate_season import SeasonEvaluation
from trainer.crops.in_season.season_figures import confusion_picture
from trainer.crops.in_season.season_report import render_season
from trainer.crops.prediction.season_record import RECORD_FILE
from trainer.durable_files import write_all_durably

REPORT, EVALUATION, BOARD = "report.html", "evaluation.json", "tensorboard"
SCALARS = (
    *("macro_f1", "accuracy", "kappa", "calibration_error", "brier"),
    *("set_coverage", "set_size", "flagged"),
)


def write_season(folder: Path, found: SeasonEvaluation) -> None:
    """Write all files; a report that is there says that everything is."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_board(folder / BOARD, found)
    page = render_season(found)
    files = {
        EVALUATION: msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n",
        RECORD_FILE: msgspec.json.format(msgspec.json.encode(found.record), indent=1),
        REPORT: page.encode(),
    }
    write_all_durably(folder, files)


def _write_board(folder: Path, found: SeasonEvaluation) -> None:
    """Write each date's scores and picture; the date stands where epochs do."""
    with SummaryWriter(str(folder)) as board:
        for scores in found.dates:
            for name in SCALARS:
                board.add_scalar(f"season/{name}", getattr(scores, name), scores.day)
            for one in scores.classes:
                if one.f1 is not None:
                    board.add_scalar(f"f1/{one.name}", one.f1, scores.day)
            board.add_figure("confusion", confusion_picture([scores]), scores.day)
