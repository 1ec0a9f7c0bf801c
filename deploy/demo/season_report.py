"""The season as a page: plots, figures, and what every number can be traced back to."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from deploy.demo.season import Season
from protocols.units import unit_of
from trainer.evaluation.learning_curve_report import render_report
from trainer.evaluation.loop_report import (
    DeliveryCounts,
    LoopReport,
    OddScan,
    ScannedSpectra,
)


def write_report(season: Season, path: Path) -> None:
    """Write the page, making its folder where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render_report(_report_of(season)), encoding="utf-8")


def _report_of(season: Season) -> LoopReport:
    count = season.delivery
    return LoopReport(
        farm=season.order.farm,
        target=season.farm.target,
        unit=unit_of(season.farm.target),
        level=season.stages[-1].model.soil.interval.level,
        stages=season.judged,
        spectra=_spectra_of(season),
        odd_scans=tuple(
            OddScan(verdict.sample, str(verdict)) for verdict in season.odd_verdicts
        ),
        delivery=DeliveryCounts(
            count.sent, count.receipted, count.rejected, count.lost
        ),
        provenance=tuple(_provenance_of(season)),
    )


def _spectra_of(season: Season) -> ScannedSpectra:
    """Show the soils judged by, as recorded, and which the last model flagged."""
    last = season.judged[-1]
    wavelengths, spectra = season.farm.spectra(last.samples)
    odd = list(season.odd_spectra.values())
    flags = [not verdict.is_taken for verdict in season.odd_verdicts]
    return ScannedSpectra(
        wavelengths_nm=wavelengths,
        reflectance=np.vstack([spectra, *odd]),
        is_flagged=np.concatenate([last.is_flagged, flags]),
    )


def _provenance_of(season: Season) -> Iterator[tuple[str, str]]:
    manifest = season.stages[-1].model.soil
    yield "farm", f"{manifest.tenant}/{manifest.farm}, recorded soils of LimeSoDa"
    yield "instrument", f"{season.instrument}, with added noise"
    yield "model", season.stages[-1].model.digest
    yield "method", manifest.method
    for source in manifest.learned_from:
        soils = f"{source.soils} soils, {source.licence}"
        yield "learned from", f"{source.name} ({soils}), sha256 {source.digest[:12]}"
    yield "interval", manifest.interval.method
    yield "labelled soils", f"drawn with seed {season.order.seed}"
    yield "software", manifest.code_version
