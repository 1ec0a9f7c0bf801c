"""The places of Canada 2017 as series, from a public WorldCereal demonstration file.

Each place has monthly composites of Sentinel-2 and Sentinel-1, and monthly weather. A
month lies in a bucket of its own, dated as the file dates it: by its first day. It is
complete, and told to anybody, on the month's last day.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from protocols.season_grid import Channel, SeasonGrid
from trainer.crops.series.series_set import UNKNOWN, PlaceTable, SeriesSet

ROOT = Path(__file__).parents[3].parent / "shared" / "data" / "crop_series"
FILE = "2017_CAN_AAFC-ACIGTD_long.parquet"
NAMES = "wc2eurocrops_map.csv"

YEAR, MONTHS = 2017, 12
FEWEST_PLACES = 30
NO_DATA = 65535
FIRST_DAYS = np.cumsum([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30])
BANDS = ("B02", "B03", "B04", "B05", "B06", "B07", "B08", "B11", "B12")
CHANNELS = (
    *(Channel(name=f"S2-{band}", unit="1") for band in BANDS),
    Channel(name="S1-VH", unit="dB"),
    Channel(name="S1-VV", unit="dB"),
    Channel(name="temperature", unit="degC"),
    Channel(name="precipitation", unit="mm/month"),
)
COLUMNS = (
    *(f"S2-L2A-{band}" for band in BANDS),
    "S1-SIGMA0-VH",
    "S1-SIGMA0-VV",
    "AGERA5-temperature-mean",
    "AGERA5-precipitation-flux",
)
GRID = SeasonGrid(first_day=-15, bucket_days=30, steps=MONTHS, channels=CHANNELS)


@dataclass(frozen=True)
class CanadaOrder:
    """Where the file is, and which places count as neighbours.

    Attributes:
        folder: Of the file.
        neighbourhood: The column that names a neighbourhood: `h3_l5_cell` (about 250
            km2), `h3_l3_cell` (about 12,400 km2) or `location_id` (a pixel's field).
    """

    folder: Path = ROOT
    neighbourhood: str = "h3_l5_cell"


def canada_series(order: CanadaOrder = CanadaOrder()) -> SeriesSet:
    """Return all places; those of rare and unknown classes have no label."""
    table = pq.read_table(order.folder / FILE)
    place, month = _places_of(table["sample_id"]), _months_of(table["timestamp"])
    kept = (month >= 0) & (month < MONTHS)
    count = int(place.max()) + 1
    raw = np.full((count, MONTHS, len(COLUMNS)), float(NO_DATA))
    columns = np.stack([table[name].to_numpy() for name in COLUMNS], axis=1)
    raw[place[kept], month[kept]] = columns[kept]
    first = np.unique(place, return_index=True)[1]
    labels, legend = _labels(table["CROPTYPE_LABEL"].to_numpy()[first], order.folder)
    mask = raw != NO_DATA
    return SeriesSet(
        grid=GRID,
        legend=legend,
        places=_table(table.take(first), labels, order.neighbourhood),
        values=np.where(mask, in_units(raw), 0).astype(np.float32),
        days=np.tile(FIRST_DAYS.astype(np.float32), (count, 1)),
        mask=mask,
    )


def in_units(raw: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return reflectance, dB, degC and mm from the file's integers."""
    units = np.empty_like(raw)
    units[..., :9] = raw[..., :9] / 10_000
    units[..., 9:11] = 20 * np.log10(np.maximum(raw[..., 9:11], 1)) - 83
    units[..., 11] = raw[..., 11] / 100 - 273.15
    units[..., 12] = raw[..., 12] / 100
    return units


def last_day(months: int) -> int:
    """Return the last day of the season's first months, from 1 January."""
    return int([*FIRST_DAYS, 365][months]) - 1


def _places_of(column: object) -> NDArray[np.intp]:
    names = np.array(column.to_pylist())  # type: ignore[attr-defined]
    found: NDArray[np.intp] = np.unique(names, return_inverse=True)[1]
    return found


def _months_of(column: object) -> NDArray[np.int64]:
    """Return months since January; stamps are local midnights, an hour or two off."""
    stamps = column.to_numpy() + np.timedelta64(12, "h")  # type: ignore[attr-defined]
    months: NDArray[np.int64] = stamps.astype("datetime64[M]").astype(np.int64)
    return months - (YEAR - 1970) * 12


def _labels(
    codes: NDArray[np.int64], folder: Path
) -> tuple[NDArray[np.int16], tuple[str, ...]]:
    """Return an index into the legend of each place, the commonest class first."""
    found, counts = np.unique(codes, return_counts=True)
    kept = [
        int(code)
        for code, count in sorted(zip(found, counts, strict=True), key=lambda x: -x[1])
        if code != 0 and count >= FEWEST_PLACES
    ]
    labels = np.full(len(codes), UNKNOWN, dtype=np.int16)
    for at, code in enumerate(kept):
        labels[codes == code] = at
    names = _names(folder)
    return labels, tuple(names[code] for code in kept)


def _names(folder: Path) -> dict[int, str]:
    lines = (folder / NAMES).read_text(encoding="utf-8").splitlines()[1:]
    cells = [line.rsplit(",", 3) for line in lines if line]
    return {int(one[1]): one[0] for one in reversed(cells)}


def _table(table: object, labels: NDArray[np.int16], boxes: str) -> PlaceTable:
    def texts(name: str) -> NDArray[np.str_]:
        return np.array(table[name].to_pylist(), dtype=np.str_)  # type: ignore[index]

    def numbers(name: str) -> NDArray[np.float64]:
        found: NDArray[np.float64] = table[name].to_numpy()  # type: ignore[index]
        return found

    return PlaceTable(
        names=texts("sample_id"),
        boxes=texts(boxes),
        years=np.full(len(labels), YEAR, dtype=np.int16),
        fields=texts("location_id"),
        longitudes=numbers("lon"),
        latitudes=numbers("lat"),
        labels=labels,
    )
