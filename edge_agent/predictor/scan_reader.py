"""From a scan file to an answer: parse, gate, pack, resample, run.

A refusal is an answer like any other. What the model cannot say is told apart from
what the scan does not allow.
"""

import msgspec

from edge_agent.errors import ModelAnswerError, ScanRefusedError
from edge_agent.instruments.sample_name import sample_from_file
from edge_agent.instruments.scan_file import ScanFile, read_scan_file
from edge_agent.predictor.loaded_model import LoadedModel, ModelInUse
from edge_agent.predictor.model_answer import ask_model
from edge_agent.predictor.wire import ScanAnswer, ScanTask
from edge_agent.scan_quality import check_quality
from protocols.errors import SpectrumError
from protocols.spectrum import pack


def read_scan(task: ScanTask, in_use: ModelInUse) -> ScanAnswer:
    """Return what can be said of one scan file."""
    try:
        scan = read_scan_file(task.file, task.data)
    except ScanRefusedError as error:
        return ScanAnswer(sample=sample_from_file(task.file), refusal=str(error))
    try:
        check_quality(scan.spectrum)
        return _answer(scan, in_use)
    except (ScanRefusedError, SpectrumError) as error:
        return ScanAnswer(
            sample=scan.sample, instrument=scan.instrument, refusal=str(error)
        )


def _answer(scan: ScanFile, in_use: ModelInUse) -> ScanAnswer:
    seen = ScanAnswer(
        sample=scan.sample,
        instrument=scan.instrument,
        spectrum=pack(scan.spectrum),
        model_problem=in_use.problem,
    )
    if in_use.model is None:
        return seen
    return _with_estimates(seen, scan, in_use.model)


def _with_estimates(seen: ScanAnswer, scan: ScanFile, model: LoadedModel) -> ScanAnswer:
    try:
        answer = ask_model(model, scan.spectrum)
    except ModelAnswerError as error:
        return msgspec.structs.replace(seen, model_problem=str(error))
    return msgspec.structs.replace(
        seen, model=model.digest, estimates=answer.estimates, novelty=answer.novelty
    )
