"""Everything that `terroir evaluate` found, as one record and one JSON file.

Numbers are in the target's unit. A figure that is not defined is null. `format` changes
its first number only when a field changes its meaning.
"""

from datetime import datetime
from typing import Literal

import msgspec

from protocols.wavelength_grid import WavelengthGrid
from trainer.evaluation.agreement import Agreement
from trainer.evaluation.agreement_over_seeds import FigureSpread
from trainer.evaluation.fold_result import FoldFailure, ImportanceKind
from trainer.evaluation.paired_comparison import PairedDifference

FORMAT = "1.0"
WHOLE: Literal["all"] = "all"

Part = Literal["all", "farm", "fold"]


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """How well one method told one target, on all soils, one farm or one fold.

    Attributes:
        method: Its name in the catalogue.
        target: OSSL name of the property.
        part: What was scored.
        name: `all`, the farm, or the fold's number, after the seed's where each seed
            has a split of its own.
        seeds: Over how many seeds `mean` and `spread` were taken.
        mean: Mean over seeds of each figure; `n` is the soils of one seed.
        spread: Standard deviation over seeds.
    """

    method: str
    target: str
    part: Part
    name: str
    seeds: int
    mean: Agreement
    spread: FigureSpread


class IntervalScore(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a method's intervals held, on soils that it had not seen.

    Attributes:
        method: Its name in the catalogue.
        target: OSSL name of the property.
        farm: Of which farm's soils, or `all`.
        level: What share the intervals promise.
        n: How many soils were judged.
        coverage: What share they held.
        width: Mean width; null where too few soils promise a finite one.
    """

    method: str
    target: str
    farm: str
    level: float
    n: int
    coverage: float
    width: float


class CurvePoint(msgspec.Struct, frozen=True, kw_only=True):
    """The error after learning from so many soils.

    Attributes:
        method: Its name in the catalogue.
        target: OSSL name of the property.
        learned_from: Mean number of soils over folds and seeds.
        rmse: Mean over folds and seeds.
        spread: Standard deviation over folds and seeds.
        fits: How many fits that is.
    """

    method: str
    target: str
    learned_from: float
    rmse: float
    spread: float
    fits: int


class BandImportance(msgspec.Struct, frozen=True, kw_only=True):
    """How strongly each band moves a method's answers.

    Attributes:
        method: Its name in the catalogue.
        target: OSSL name of the property.
        kind: How it was measured; see trainer.evaluation.band_importance.
        mean: Mean over folds, one number a band.
        spread: Standard deviation over folds, one number a band.
    """

    method: str
    target: str
    kind: ImportanceKind
    mean: tuple[float, ...]
    spread: tuple[float, ...]


class MethodFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a method is, and what it cost.

    Attributes:
        name: Its name in the catalogue.
        summary: What it does, in one line.
        is_baseline: Whether others are to be held against it.
        settings: The calibration, as it prints itself.
        fit_s: Mean seconds a fit, all selection inside; without intervals.
        predict_ms: Mean milliseconds a soil.
    """

    name: str
    summary: str
    is_baseline: bool
    settings: str
    fit_s: float
    predict_ms: float


class LibraryFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Which soils were judged."""

    name: str
    digest: str
    licence: str
    soils: int
    farms: int
    groups: int
    grid: WavelengthGrid
    remarks: tuple[str, ...]


class SplitFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Which soils were learned from and which judged, by the split's own digest."""

    kind: str
    seed: int
    folds: int
    digest: str


class TargetFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One property and the laboratory values judged by."""

    name: str
    unit: str
    analysed: int
    mean: float
    spread: float
    least: float
    most: float


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of it.

    Attributes:
        format: Version of this record.
        made_at: When it was written, UTC.
        code_version: The program's version.
        machine: Processor type and Python version.
        library: Which soils.
        splits: One that all seeds share, or one a seed.
        seeds: How many seeds.
        targets: Which properties.
        methods: The methods that finished every fold, in the order asked for.
        scores: By method, target and part.
        intervals: By method and target, of the first seed.
        comparisons: Each method against the best and against PLS.
        learning_curve: By method, target and size; empty if not asked for.
        importance: By method and target, of the first seed.
        failures: Fits that ended with an error; their methods have no scores.
    """

    format: str = FORMAT
    made_at: datetime
    code_version: str
    machine: str
    library: LibraryFacts
    splits: tuple[SplitFacts, ...]
    seeds: int
    targets: tuple[TargetFacts, ...]
    methods: tuple[MethodFacts, ...]
    scores: tuple[Score, ...]
    intervals: tuple[IntervalScore, ...]
    comparisons: tuple[PairedDifference, ...]
    learning_curve: tuple[CurvePoint, ...]
    importance: tuple[BandImportance, ...]
    failures: tuple[FoldFailure, ...]

    def whole_score(self, method: str, target: str) -> Score:
        """Return the score on all soils."""
        return next(
            one
            for one in self.scores
            if (one.method, one.target, one.part) == (method, target, WHOLE)
        )

    def ranked(self, target: str) -> list[Score]:
        """Return the scores on all soils, least error first."""
        scores = [self.whole_score(one.name, target) for one in self.methods]
        return sorted(scores, key=lambda one: one.mean.rmse)


def encode_evaluation(evaluation: Evaluation) -> bytes:
    """Return the evaluation as JSON."""
    return msgspec.json.format(msgspec.json.encode(evaluation), indent=1)
