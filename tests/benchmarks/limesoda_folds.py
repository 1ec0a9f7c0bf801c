"""The average on LimeSoDa's fixed ten folds: one recipe for fifteen fields.

`python -m tests.benchmarks.limesoda_folds` predicts organic carbon (or matter, where a
set has that) of every soil from the nine folds it is not in. Everything is chosen
inside those nine, and nothing is set by field. The RMSE is pooled over the folds, as in
the figures it is held against (Schmidinger et al. 2025: the best of random forest,
CatBoost, linear and support vector regression; on SL.125, UL.120, SA.112 and RP.62 they
had other sensors beside the spectra).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from protocols.wavelength_grid import WavelengthGrid, resample_rows
from tests.benchmarks.measurement import Measurement, at_least, at_most, observed
from trainer.calibrations.average import Average
from trainer.calibrations.calibration import Soils

PUBLISHED = {
    "SSP.460": 0.5506,
    "SP.231": 0.9583,
    "SL.125": 0.5181,
    "UL.120": 0.5132,
    "SA.112": 0.2020,
    "CV.98": 0.3273,
    "SC.93": 1.0994,
    "RP.62": 0.2186,
    "H.138": 0.3527,
    "NRW.115": 0.1567,
    "SSP.58": 2.0281,
    "MG.44": 1.3455,
    "NRW.62": 0.0391,
    "NRW.42": 1.4170,
    "O.32": 0.3120,
}
"""The best published RMSE a set, in the set's own unit."""

LISTED = tuple(PUBLISHED)[:10]
"""The larger sets, on which the published methods are told apart."""

STEPS = {"wl_": ("nm", 5.0), "wn_": ("cm-1", 4.0)}
PERCENT = 100.0
SEED = 0


@dataclass(frozen=True)
class FieldRow:
    """How wrong the average is on one field."""

    field: str
    soils: int
    spread: float
    rmse: float

    @property
    def ratio(self) -> float:
        """The RMSE over the best published one."""
        return self.rmse / PUBLISHED[self.field]


def measure(fields: Iterable[str] = PUBLISHED) -> Iterator[FieldRow]:
    """Yield one row a field as it is done."""
    for field in fields:
        soils, folds = read_field(field)
        answers = np.empty(len(soils))
        for fold in np.unique(folds):
            out = np.flatnonzero(folds == fold)
            fitted = Average().fit(soils.take(np.flatnonzero(folds != fold)), SEED)
            answers[out] = fitted.predict(soils.spectra[out])[:, 0]
        truth = soils.values[:, 0]
        rmse = float(np.sqrt(((answers - truth) ** 2).mean()))
        yield FieldRow(field, len(soils), float(truth.std()), rmse)


def read_field(field: str) -> tuple[Soils, NDArray[np.intp]]:
    """Read a field on an even grid over its instrument's own range, and its folds."""
    from LimeSoDa import load_dataset  # noqa: PLC0415 - loads pandas, half a second

    loaded = load_dataset(field)
    table = loaded["Dataset"]
    bands = [name for name in table.columns if name[:3] in STEPS]
    axis = np.array([float(name[3:]) for name in bands])
    order = np.argsort(axis)
    scans = (table[bands].to_numpy(np.float64) / PERCENT).astype(np.float32)[:, order]
    grid = _grid_over(axis[order], bands[0][:3])
    target = next(one for one in ("SOC_target", "SOM_target") if one in table.columns)
    values = table[target].to_numpy(np.float64)
    soils = Soils(
        spectra=resample_rows(axis[order], scans, grid),
        values=values[:, np.newaxis],
        groups=tuple(f"{field}.{row}" for row in range(len(values))),
        grid=grid,
        targets=(target,),
    )
    return soils, np.asarray(loaded["Folds"], dtype=np.intp)


def bench_rows() -> list[Measurement]:
    """Return this file's figures of the group `science`."""
    rows = list(measure())
    ahead = sum(row.ratio <= 1 for row in rows if row.field in LISTED)
    return [
        *(
            observed(f"LimeSoDa {row.field}, RMSE over best published", row.ratio, "x")
            for row in rows
        ),
        at_least(
            "LimeSoDa, of ten listed sets at or under published", ahead, "sets", 7
        ),
        at_most("LimeSoDa, geometric mean over 15 sets", mean_ratio(rows), "x", 0.884),
    ]


def mean_ratio(rows: Iterable[FieldRow]) -> float:
    """Return the geometric mean of RMSE over the best published one."""
    return float(np.exp(np.mean([np.log(row.ratio) for row in rows])))


def field_table(rows: Iterable[FieldRow]) -> Table:
    """Return the rows as a table to print."""
    table = Table("field", "n", "sd", "published", "RMSE", "ratio")
    table.title = "organic carbon or matter, ten fixed folds, pooled"
    for row in rows:
        figures = (row.spread, PUBLISHED[row.field], row.rmse)
        table.add_row(
            row.field,
            str(row.soils),
            *(f"{figure:.4f}" for figure in figures),
            f"{row.ratio:.3f}",
            end_section=row.field == LISTED[-1],
        )
    return table


def _grid_over(axis: NDArray[np.float64], prefix: str) -> WavelengthGrid:
    unit, step = STEPS[prefix]
    bands = int((axis[-1] - axis[0]) // step) + 1
    first = float(axis[0])
    if unit == "nm":
        return WavelengthGrid(first=first, step=step, bands=bands)
    return WavelengthGrid(first=first, step=step, bands=bands, unit="cm-1")


def main() -> None:
    """Print each field when it is done, then the table."""
    console = Console()
    rows = []
    for row in measure():
        console.print(f"{row.field}: {row.rmse:.4f}, ratio {row.ratio:.3f}")
        rows.append(row)
    console.print(field_table(rows))
    console.print(f"geometric mean {mean_ratio(rows):.4f}")


if __name__ == "__main__":
    main()
