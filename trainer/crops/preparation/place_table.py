"""Which places there are and which of them are kept: Ibis expressions."""

from typing import Any

import ibis

from trainer.crops.preparation.class_definition import (
    UNLABELLED_CODES,
    ClassDefinition,
    CodeLegend,
)
from trainer.crops.preparation.observation_filters import Filter
from trainer.crops.preparation.observation_table import Table
from trainer.crops.preparation.preparation_order import FilterOrder

LEFT_OUT = -1


def places_of(rows: Table, filters: int, steps: int) -> Table:
    """Return one row a place and year, and how many rows each filter left out."""
    return rows.group_by(["place", "year"]).agg(
        box=rows.box.min(),
        last_box=rows.box.max(),
        field=rows.field.min(),
        longitude=rows.longitude.min(),
        latitude=rows.latitude.min(),
        width=rows.longitude.max() - rows.longitude.min(),
        height=rows.latitude.max() - rows.latitude.min(),
        in_season=(rows.bucket < steps).sum().cast("int64"),
        kept=(rows.reason == -1).sum().cast("int64"),
        **{
            f"left_out_{number}": (rows.reason == number).sum().cast("int64")
            for number in range(filters)
        },
    )


def labelled(places: Table, labels: Table) -> Table:
    """Put what labels say beside places; a place without one keeps its row."""
    told = labels.select("place", "year", "code", "purity", told_field=labels.field)
    joined = places.left_join(told, ["place", "year"])
    named = joined.mutate(field=joined.told_field.fill_null(joined.field))
    return named.drop("place_right", "year_right", "told_field")


def with_label(places: Table, classes: ClassDefinition, *, needs_label: bool) -> Table:
    """Add the label of each place's code; `LEFT_OUT` where its class is left out."""
    codes = [code for group in classes.classes.values() for code in group]
    rest = LEFT_OUT if classes.rest is None else classes.legend.index(classes.rest)
    if not needs_label:
        return places.mutate(label=ibis.literal(LEFT_OUT, "int32"))
    told = [(code, classes.label_of(code)) for code in codes]
    label = places.code.cases(*told, else_=rest).cast("int32")
    is_told = places.code.notnull() & places.code.notin(UNLABELLED_CODES)
    return places.mutate(
        label=ibis.ifelse(is_told, label, ibis.literal(LEFT_OUT, "int32"))
    )


def place_filters(
    places: Table, order: FilterOrder, legend: CodeLegend, *, needs_label: bool
) -> tuple[Filter, ...]:
    """Return the filters of places, in the order in which they count."""
    return (
        *([Filter("outside the area", ~places.inside)] if order.area else []),
        *(_label_filters(places, order, legend) if needs_label else []),
        Filter(
            f"fewer than {order.least_observations} observations",
            places.kept < order.least_observations,
        ),
    )


def _label_filters(
    places: Table, order: FilterOrder, legend: CodeLegend
) -> list[Filter]:
    code: Any = places.code
    found = [Filter("no label", code.isnull() | code.isin(UNLABELLED_CODES))]
    if order.crops_only:
        found.append(Filter("land without crops", code.isin(tuple(legend.land))))
    if not order.double_crops:
        found.append(Filter("double crops", code.isin(legend.double_crops)))
    if order.least_purity > 0:
        unclear = places.purity < order.least_purity
        found.append(Filter(f"label purity below {order.least_purity:g}", unclear))
    return [*found, Filter("class left out", places.label == LEFT_OUT)]
