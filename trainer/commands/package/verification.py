"""Whether a package's graphs answer as its golden vectors say, on every runtime."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from protocols.golden_vectors import (
    GoldenVectors,
    golden_from_members,
    largest_difference,
)
from protocols.model_package import ModelPackage
from protocols.package_manifest import Artefact, tolerance_of
from trainer.commands.package.runtimes_here import answers_one_by_one, is_here
from trainer.errors import ExportError

Outcome = Literal["agrees", "differs", "fails", "not tried"]


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One graph on one runtime.

    Attributes:
        member: The graph's file.
        runtime: Where it was run.
        outcome: What became of it.
        tolerance: How far it may be off, by the measure.
        difference: How far it was off on the worst golden scan, if it ran.
        reason: Why it failed or was not tried.
    """

    member: str
    runtime: str
    outcome: Outcome
    tolerance: float
    difference: float | None = None
    reason: str = ""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """A package whose digests are right, and what its graphs did here.

    Attributes:
        package: Its digest.
        golden_scans: How many golden scans, or places, there are.
        subjects: Which of them.
        measure: In what a difference is told.
        runs: One a graph and runtime.
    """

    package: str
    golden_scans: int
    subjects: str
    measure: str
    runs: tuple[Run, ...]


def verify_package(package: ModelPackage) -> Verdict:
    """Run every graph on every runtime that it allows and that is here."""
    golden = golden_from_members(package.members, package.manifest)
    return Verdict(
        package=package.digest,
        golden_scans=len(golden.questions),
        subjects=package.manifest.subjects,
        measure=package.manifest.measure,
        runs=tuple(_runs(package, golden)),
    )


def check_verdict(verdict: Verdict) -> None:
    """Refuse a package that answers otherwise somewhere, or could be tried nowhere."""
    for run in verdict.runs:
        if run.outcome == "differs":
            raise ExportError(
                f"expected golden answers of {run.member} in {run.runtime} within "
                f"{run.tolerance:g} {verdict.measure}, found {run.difference:.3g}; "
                "do not install this package"
            )
        if run.outcome == "fails":
            raise ExportError(f"{run.reason}; do not install this package")
    if not any(run.outcome == "agrees" for run in verdict.runs):
        wanted = ", ".join(sorted({run.runtime for run in verdict.runs}))
        raise ExportError(
            f"expected a runtime that the package allows ({wanted or 'none'}), found "
            "none here; only its digests were checked"
        )


def _runs(package: ModelPackage, golden: GoldenVectors) -> Iterator[Run]:
    for artefact in package.manifest.artefacts:
        for runtime in artefact.runtimes:
            yield _run(package, artefact, runtime, golden)


def _run(
    package: ModelPackage, artefact: Artefact, runtime: str, golden: GoldenVectors
) -> Run:
    tolerance = tolerance_of(artefact, package.manifest)
    run = Run(
        member=artefact.member,
        runtime=runtime,
        outcome="not tried",
        tolerance=tolerance,
        reason="not installed here",
    )
    if not is_here(runtime):
        return run
    try:
        found = answers_one_by_one(package, artefact, runtime, golden.questions)
    except ExportError as error:
        return msgspec.structs.replace(run, outcome="fails", reason=str(error))
    difference = largest_difference(golden.answer, found, package.manifest)
    return msgspec.structs.replace(
        run,
        outcome="agrees" if difference <= tolerance else "differs",
        difference=difference,
        reason="",
    )
