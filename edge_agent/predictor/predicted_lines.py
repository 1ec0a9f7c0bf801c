"""Scan files and tables to lines: one a soil property, or one that says why none.

Nothing is kept: a table of any length is read and answered scan by scan.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from edge_agent.errors import (
    ModelAnswerError,
    ScanRefusedError,
)
from edge_agent.installed_runtimes import RuntimeWish
from edge_agent.instruments.given_files import RefusedScan, scans_in
from edge_agent.instruments.sample_name import sample_from_file
from edge_agent.instruments.scan_file import ScanFile
from edge_agent.predictor.loaded_model import LoadedModel, prove
from edge_agent.predictor.model_answer import ask_model
from edge_agent.predictor.named_package import read_named_package
from edge_agent.property_line import PropertyLine
from edge_agent.scan_quality import check_quality
from protocols.errors import SpectrumError

NO_READING = (ScanRefusedError, SpectrumError, ModelAnswerError)


class RefusedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A scan that was not answered, and why."""

    sample: str
    file: str
    refusal: str


def load_named_package(path: Path, wish: RuntimeWish) -> LoadedModel:
    """Return the model in a package that somebody named, ready for use."""
    return read_named_package(path, lambda package: prove(package, wish))


def predict_files(
    files: Iterable[Path], model: LoadedModel
) -> Iterator[PropertyLine | RefusedLine]:
    """Yield what the model says of every scan in these files, as they are read."""
    for path in files:
        try:
            for scan in scans_in(path):
                yield from _lines_of(scan, path, model)
        except ScanRefusedError as error:
            yield _refused(sample_from_file(path.name), path, str(error))


def _lines_of(
    scan: ScanFile | RefusedScan, path: Path, model: LoadedModel
) -> Iterator[PropertyLine | RefusedLine]:
    if isinstance(scan, RefusedScan):
        yield _refused(scan.sample, path, scan.reason)
        return
    try:
        check_quality(scan.spectrum)
        answer = ask_model(model, scan.spectrum)
    except NO_READING as error:
        yield _refused(scan.sample, path, str(error))
        return
    for one in answer.estimates:
        yield PropertyLine(
            sample=scan.sample,
            target=one.target,
            value=one.value,
            low=one.low,
            high=one.high,
            unit=one.unit,
            novelty=answer.novelty,
            flagged=answer.is_flagged,
            model=model.digest,
        )


def _refused(sample: str, path: Path, refusal: str) -> RefusedLine:
    return RefusedLine(
        sample=sample, file=_printable(str(path)), refusal=_printable(refusal)
    )


def _printable(text: str) -> str:
    """Return text of which any can be printed; file names hold any bytes."""
    return text.encode("utf-8", "backslashreplace").decode()
