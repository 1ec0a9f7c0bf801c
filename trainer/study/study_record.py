"""Everything that a study found, as one record and one JSON file.

Numbers are in the target's unit, except for differences, which are in hundredths of it
as published. A figure that is not defined is null.
"""

from datetime import datetime

import msgspec

from protocols.wavelength_grid import WavelengthGrid
from trainer.evaluation.agreement import Agreement
from trainer.evaluation.agreement_over_seeds import FigureSpread

FORMAT = "1.0"


class ArmScore(msgspec.Struct, frozen=True, kw_only=True):
    """How one arm told one target of one farm from so many labels.

    Attributes:
        arm: Its name.
        farm: The farm.
        target: OSSL name of the property.
        labels: How many of its soils were labelled, as asked for.
        seeds: Over how many draws the figures are taken.
        mean: Mean over seeds of each figure.
        spread: Standard deviation over seeds.
        reference: The arm that it is set against; empty where there is none.
        difference: Mean over seeds of (RMSE of the reference - RMSE) x 100: above 0
            the arm errs less.
        difference_spread: Standard deviation over seeds.
        ratio: Geometric mean over seeds of RMSE over that of the reference.
        against_common: The same over that of the study's common reference.
    """

    arm: str
    farm: str
    target: str
    labels: int
    seeds: int
    mean: Agreement
    spread: FigureSpread
    reference: str
    difference: float
    difference_spread: float
    ratio: float
    against_common: float


class ArmSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One arm at one number of labels over all farms that it finished.

    Attributes:
        arm: Its name.
        target: OSSL name of the property.
        labels: How many labels.
        farms: On how many farms.
        reference: The arm that it is set against.
        ratio: Geometric mean over farms of the ratios to the reference.
        worst_ratio: Of the farm that it helps least.
        worst_farm: That farm.
        helped: On how many farms it errs less than the reference.
        against_common: Geometric mean over farms of the ratios to the study's common
            reference, the same arm for all.
        difference: Mean over farms of the differences.
        me: Mean over farms of the mean errors.
        ccc: Mean over farms of the concordance.
    """

    arm: str
    target: str
    labels: int
    farms: int
    reference: str
    ratio: float
    worst_ratio: float
    worst_farm: str
    helped: int
    against_common: float
    difference: float
    me: float
    ccc: float


class FailedFit(msgspec.Struct, frozen=True, kw_only=True):
    """A fit without an answer, and why."""

    arm: str
    farm: str
    labels: int
    seed: int
    reason: str


class FitRemark(msgspec.Struct, frozen=True, kw_only=True):
    """What an arm said of its own choices, and on how many fits it said so."""

    arm: str
    remark: str
    fits: int


class ArmFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What an arm is, and what it costs.

    Attributes:
        name: Its name.
        settings: As it prints itself.
        needs_library_samples: Whether it can do nothing without them.
        learns_from_labels: Whether labels change its answers.
        fit_s: Median seconds a fit; shared pretraining counts where it was done.
    """

    name: str
    settings: str
    needs_library_samples: bool
    learns_from_labels: bool
    fit_s: float


class StudyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of it.

    Attributes:
        format: Version of this record.
        made_at: When it was written, UTC.
        code_version: The program's version.
        machine: Processor type and Python version.
        library: Its name.
        licence: Its licence.
        digest: Its sha256.
        soils: How many soils it has.
        grid: The bands that all arms saw.
        targets: OSSL names of the properties.
        farms: Each was the customer in turn.
        judged: How many soils of each farm were judged, in the order of `farms`.
        labels: Numbers of labels.
        seeds: How many draws of labels.
        common: The reference that is the same for all arms; empty for none.
        arms: Every arm asked for.
        scores: By arm, farm, target and number of labels.
        summaries: By arm, target and number of labels.
        remarks: What arms said of their choices.
        failures: Fits without an answer.
    """

    format: str = FORMAT
    made_at: datetime
    code_version: str
    machine: str
    library: str
    licence: str
    digest: str
    soils: int
    grid: WavelengthGrid
    targets: tuple[str, ...]
    farms: tuple[str, ...]
    judged: tuple[int, ...]
    labels: tuple[int, ...]
    seeds: int
    common: str
    arms: tuple[ArmFacts, ...]
    scores: tuple[ArmScore, ...]
    summaries: tuple[ArmSummary, ...]
    remarks: tuple[FitRemark, ...]
    failures: tuple[FailedFit, ...]


def encode_study(record: StudyRecord) -> bytes:
    """Return the record as JSON."""
    return msgspec.json.format(msgspec.json.encode(record), indent=1)
