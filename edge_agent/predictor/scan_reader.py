"""From a scan file to an answer: parse, gate, pack, resample, run.

A refusal is an answer like any other. What the model cannot say is told apart from
what the scan does not allow.
"""

import msgspec
import numpy as np

from edge_agent.errors import RefusedUpdateError, ScanRefusedError
from edge_agent.instruments.sample_name import sample_from_file
from edge_agent.instruments.scan_file import ScanFile, read_scan_file
from edge_agent.predictor.loaded_model import LoadedModel, ModelInUse
from edge_agent.predictor.wire import ScanAnswer, ScanTask
from edge_agent.scan_quality import check_quality
from protocols.errors import ProtocolError, SpectrumError
from protocols.golden_vectors import GraphAnswer
from protocols.messages import Estimate
from protocols.spectrum import pack
from protocols.wavelength_grid import resample


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
    on_grid = resample(scan.spectrum, model.manifest.grid)
    try:
        answer = model.runtime.run(on_grid[np.newaxis])
        estimates = _estimates(answer, model)
        novelty = _novelty(answer)
    except (RefusedUpdateError, ProtocolError, ValueError, IndexError) as error:
        problem = f"model {model.digest[:12]} gave no reading: {error}"
        return msgspec.structs.replace(seen, model_problem=problem)
    return msgspec.structs.replace(
        seen, model=model.digest, estimates=estimates, novelty=novelty
    )


def _novelty(answer: GraphAnswer) -> float:
    novelty = float(answer.novelty[0])
    if not (np.isfinite(novelty) and novelty >= 0):
        raise ValueError(f"expected a novelty of 0 or more, found {novelty}")
    return novelty


def _estimates(answer: GraphAnswer, model: LoadedModel) -> tuple[Estimate, ...]:
    rows = zip(
        model.manifest.targets,
        answer.value[0].tolist(),
        answer.low[0].tolist(),
        answer.high[0].tolist(),
        strict=True,
    )
    return tuple(
        Estimate(target=one.name, unit=one.unit, value=value, low=low, high=high)
        for one, value, low, high in rows
    )
