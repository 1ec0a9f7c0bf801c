"""The page of a map: one HTML file with all dates, and nothing outside."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow.compute as pc
from markupsafe import Markup
from numpy.typing import NDArray

from trainer.crops.fields.answer_region import RegionDate
from trainer.crops.maps.crop_palette import crop_colours
from trainer.crops.maps.map_order import DayPlaces, RegionFields
from trainer.crops.maps.number_picture import picture_of
from trainer.crops.maps.page_lattice import PageLattice
from trainer.crops.prediction.season_day import day_text
from trainer.evaluation.report_page import page_template

TEMPLATE, FOLDER = "crop_map.html", Path(__file__).parent
SURE_BY, NOVELTY_BY = 200, 100
FLAGGED, MOST_NOVELTY = 255, 100
MOST_FIELDS = 20_000


@dataclass(frozen=True)
class PageOrder:
    """What the page is called, and of what it is.

    Attributes:
        title: Its heading.
        year: Of the harvest.
        legend: The classes.
        model: The model's digest.
    """

    title: str
    year: int
    legend: tuple[str, ...]
    model: str


def render_map(
    order: PageOrder,
    lattice: PageLattice,
    days: Iterable[tuple[int, DayPlaces]],
    fields: RegionFields | None,
) -> str:
    """Return the page; the places of one date are in memory at a time."""
    areas = {one.day: one for one in fields.record.dates} if fields else {}
    dates, last = [], None
    for day, places in days:
        dates.append(_date(day, places, lattice, order, areas.get(day)))
        last = places
    told = _fields(fields, last, lattice, order) if fields and last else None
    data = {
        "width": lattice.shown.shape[1],
        "height": lattice.shown.shape[0],
        "metres": lattice.metres,
        "legend": [
            {"name": name, "colour": colour}
            for name, colour in zip(
                order.legend, crop_colours(order.legend), strict=True
            )
        ],
        "dates": dates,
        "fields": told,
    }
    # Inside a script, nothing may look like its end.
    encoded = msgspec.json.encode(data).decode().replace("<", "\\u003c")
    return page_template(TEMPLATE, FOLDER).render(
        title=order.title,
        year=order.year,
        last=len(dates) - 1,
        has_fields=told is not None,
        model=order.model[:19],
        notes=tuple(_notes(lattice, fields, told is not None)),
        data=Markup(encoded),  # noqa: S704 - escaped above
    )


def _date(
    day: int,
    places: DayPlaces,
    lattice: PageLattice,
    order: PageOrder,
    region: RegionDate | None,
) -> dict[str, Any]:
    counts = np.bincount(places.crops, minlength=len(order.legend))
    areas = None
    if region is not None and region.areas is not None:
        areas = [
            {
                "area": round(one.area_ha, 3),
                "low": round(one.low_ha, 3),
                "high": round(one.high_ha, 3),
                "judged": one.is_judged,
            }
            for one in region.areas
        ]
    return {
        "text": day_text(day),
        "picture": picture_of(_bands(places, lattice)),
        "shares": (counts / max(counts.sum(), 1)).round(5).tolist(),
        "flagged": round(float(places.is_flagged.mean()), 5),
        "areas": areas,
    }


def _bands(places: DayPlaces, lattice: PageLattice) -> NDArray[np.uint8]:
    novelty = np.nan_to_num(places.novelty * NOVELTY_BY, nan=FLAGGED)
    numbers = np.stack(
        [
            places.crops + 1,
            np.round(places.probability * SURE_BY),
            np.where(places.is_flagged, FLAGGED, np.clip(novelty, 0, MOST_NOVELTY)),
        ],
        axis=1,
    )
    nothing = np.zeros((1, 3))
    # The last row stands for -1: no place.
    return np.concatenate([numbers, nothing]).astype(np.uint8)[lattice.shown]


def _fields(
    fields: RegionFields, places: DayPlaces, lattice: PageLattice, order: PageOrder
) -> dict[str, Any] | None:
    """Return each field's answers by date, and the picture of where fields are."""
    names = np.unique(places.fields[places.fields != ""])
    if len(names) > MOST_FIELDS or lattice.is_scattered:
        return None
    number = np.searchsorted(names, places.fields) + 1
    number[places.fields == ""] = 0
    shown = np.append(number, 0)[lattice.shown]
    bytes_of = np.stack([shown & 255, shown >> 8 & 255, shown >> 16 & 255], axis=2)
    own = fields.table.filter(pc.equal(fields.table["year"], order.year))
    dates = []
    for one in fields.record.dates:
        rows = own.filter(pc.equal(own["day"], one.day)).sort_by("field")
        dates.append([_answer(row, order.legend) for row in rows.to_pylist()])
    return {
        "names": names.tolist(),
        "picture": picture_of(bytes_of.astype(np.uint8)),
        "dates": dates,
    }


def _answer(row: dict[str, Any], legend: tuple[str, ...]) -> dict[str, Any]:
    return {
        "crop": legend.index(row["crop"]),
        "p": round(row["probability"], 3),
        "low": round(row["low"], 3),
        "high": round(row["high"], 3),
        "set": [legend.index(one) for one in row["crops"]],
        "mixed": row["mixed"],
        "flagged": row["flagged"],
        "pixels": row["pixels"],
        "shares": [
            [legend.index(one["crop"]), round(one["share"], 3)] for one in row["shares"]
        ],
    }


def _notes(
    lattice: PageLattice, fields: RegionFields | None, has_fields: bool
) -> Iterator[str]:
    if lattice.one_in > 1:
        yield f"One pixel in {lattice.one_in} is drawn; the rasters hold all of them."
    if lattice.is_scattered:
        yield "Places are scattered: each is a dot, larger than its pixel."
    if fields is None:
        yield "Shares are of places as told, which a map that errs counts wrongly."
    elif not has_fields:
        yield f"More than {MOST_FIELDS} fields, or scattered ones: see their table."
    if fields is not None:
        yield (
            "Areas are estimated from the map and from how it errs on places held "
            "back (Olofsson et al. 2014); they hold where it errs alike."
        )
