"""`terroir-edge crops`: tell what grows on fields, with a package or the farm's own."""

import argparse
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from edge_agent.exit_codes import ExitCode
from edge_agent.installed_runtimes import AUTO, WISHES
from edge_agent.told_output import tell

if TYPE_CHECKING:
    from edge_agent.fields.field_words import Line
    from edge_agent.fields.observed_field import ObservedFields
    from edge_agent.predictor.field_answers import PredictionDate
    from edge_agent.predictor.loaded_crop_model import LoadedCropModel

HELP = "tell what grows on fields from tables of satellite observations"
EARLIEST, LATEST = 1980, 2200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    model = parser.add_mutually_exclusive_group(required=True)
    model.add_argument("--package", type=Path, help="the crop model (*.terroir)")
    model.add_argument(
        "--settings",
        type=Path,
        help="the gateway's settings: the model that `update --crops` brought",
    )
    parser.add_argument(
        "files",
        type=Path,
        nargs="+",
        metavar="FILES",
        help="observations as CSV or JSON lines: field or place, date, and the "
        "package's channels; scene_class and cloud if they are known",
    )
    parser.add_argument(
        "--date",
        type=date.fromisoformat,
        help="the day of prediction, YYYY-MM-DD (default: the last observation)",
    )
    parser.add_argument(
        "--harvest",
        type=_year,
        metavar="YEAR",
        help="the year of the harvest (default: that of the day of prediction)",
    )
    parser.add_argument(
        "--json", action="store_true", help="print one JSON line a field or refusal"
    )
    parser.add_argument(
        "--runtime",
        choices=WISHES,
        default=AUTO,
        help="what to run the model on (default: the best that is installed)",
    )


def run(arguments: argparse.Namespace) -> ExitCode:
    """Print what the package says of every field."""
    from edge_agent.fields import field_words  # noqa: PLC0415 - quick --help
    from edge_agent.fields.field_line import FieldLine  # noqa: PLC0415 - same

    model = _model(arguments)
    worded = field_words.as_json if arguments.json else field_words.as_row
    if not arguments.json:
        tell(field_words.title_of(model.digest, model.runtime_name))
    refused = 0
    for line in _lines(arguments, model):
        refused += not isinstance(line, FieldLine)
        tell(worded(line))
    return ExitCode.SCANS if refused else ExitCode.OK


def _model(arguments: argparse.Namespace) -> "LoadedCropModel":
    from edge_agent.predictor.loaded_crop_model import (  # noqa: PLC0415 - loads numpy
        load_installed_crop_model,
        load_named_crop_model,
    )
    from edge_agent.settings import read_settings  # noqa: PLC0415 - quick --help

    if arguments.package:
        return load_named_crop_model(arguments.package, arguments.runtime)
    state = read_settings(arguments.settings).folders.state
    return load_installed_crop_model(state, arguments.runtime)


def _lines(arguments: argparse.Namespace, model: "LoadedCropModel") -> Iterator["Line"]:
    from edge_agent.fields.field_line import RefusedRow  # noqa: PLC0415 - quick --help
    from edge_agent.fields.observation_file import (  # noqa: PLC0415 - same
        read_observations,
    )
    from edge_agent.fields.observed_field import ObservedFields  # noqa: PLC0415 - same
    from edge_agent.predictor.field_answers import answer_fields  # noqa: PLC0415 - same

    seen = ObservedFields()
    for path in arguments.files:
        for row in read_observations(path, model.manifest.season):
            if isinstance(row, RefusedRow):
                yield row
            else:
                seen.add(row)
    if seen:
        yield from answer_fields(seen.fields, model, _when(arguments, seen))


def _when(arguments: argparse.Namespace, seen: "ObservedFields") -> "PredictionDate":
    from edge_agent.predictor.field_answers import (  # noqa: PLC0415 - quick --help
        PredictionDate,
    )

    on = arguments.date or seen.latest
    return PredictionDate(on, arguments.harvest or on.year)


def _year(text: str) -> int:
    year = int(text)
    if not EARLIEST <= year <= LATEST:
        raise ValueError(text)
    return year
