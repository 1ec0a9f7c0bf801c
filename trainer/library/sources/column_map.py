r"""A map says what the columns of a table are, where names and values do not.

sample = "Lab no"
farm = "Field"
spectrum = '^nm_(\d+)$'
quantity = "percent"
missing = [-9999]

[targets."C org"]
target = "oc_usda.c729_w.pct"
unit = "g/kg"
"""

from pathlib import Path

import msgspec

from protocols.instrument_files.instrument_scan import AxisUnit, Quantity
from trainer.errors import LibraryError


class MappedTarget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The OSSL name that a laboratory column becomes, and the unit it is in now."""

    target: str
    unit: str


class ColumnMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is stated of a table; what is left out is recognised.

    Attributes:
        sample: The column of sample ids.
        laboratory_sample: The column of sample ids in a laboratory's own table.
        farm: The column of farms.
        group: The column of profiles or surveys, which splits keep whole.
        latitude: The column of latitudes, degrees north.
        longitude: The column of longitudes, degrees east.
        spectrum: A pattern for the spectral columns; its one group is the position.
        quantity: What the spectra are.
        axis_unit: The unit of the positions.
        missing: Numbers that stand for a missing laboratory value.
        targets: Laboratory columns; where any is stated, no other is taken.
    """

    sample: str | None = None
    laboratory_sample: str | None = None
    farm: str | None = None
    group: str | None = None
    latitude: str | None = None
    longitude: str | None = None
    spectrum: str | None = None
    quantity: Quantity | None = None
    axis_unit: AxisUnit | None = None
    missing: tuple[float, ...] = ()
    targets: dict[str, MappedTarget] = {}


def for_scans(column_map: ColumnMap) -> ColumnMap:
    """Return what a map says of a table of scans that has a laboratory's beside it."""
    return msgspec.structs.replace(column_map, targets={})


def for_laboratory(column_map: ColumnMap) -> ColumnMap:
    """Return what the same map says of the laboratory's table."""
    return ColumnMap(
        laboratory_sample=column_map.laboratory_sample,
        missing=column_map.missing,
        targets=column_map.targets,
    )


def read_column_map(path: Path) -> ColumnMap:
    """Read a map and refuse words that it does not know."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=ColumnMap)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise LibraryError(
            f"expected a map of columns at {path}: {error}; it may hold "
            f"{', '.join(ColumnMap.__struct_fields__)}"
        ) from error
