"""How tables of the LUCAS soil survey are told, and what its documentation states.

Its columns do not name their units; the survey's documentation does. A table is taken
for LUCAS when it names both the survey's points and their places as LUCAS does.
"""

from collections.abc import Sequence

from trainer.library.recognition.laboratory_column import StatedColumn

_SIGNS = (
    frozenset(("PointID", "POINTID", "POINT_ID")),
    frozenset(("GPS_LAT", "TH_LAT", "NUTS_0", "TH_NUTS0")),
)
_SAYS = "the documentation of LUCAS"
_UNITS = {
    "OC": StatedColumn("oc_usda.c729_w.pct", "g/kg", _SAYS),
    "N": StatedColumn("n.tot_usda.a623_w.pct", "g/kg", _SAYS),
    "CaCO3": StatedColumn("caco3_usda.a54_w.pct", "g/kg", _SAYS),
    "clay": StatedColumn("clay.tot_usda.a334_w.pct", "%", _SAYS),
    "silt": StatedColumn("silt.tot_usda.c62_w.pct", "%", _SAYS),
    "sand": StatedColumn("sand.tot_usda.c60_w.pct", "%", _SAYS),
    "CEC": StatedColumn("cec_usda.a723_cmolc.kg", "cmol(+)/kg", _SAYS),
}


def lucas_columns(header: Sequence[str]) -> dict[str, StatedColumn]:
    """Return what LUCAS states of the columns, or nothing for any other table."""
    if not all(signs & set(header) for signs in _SIGNS):
        return {}
    return {name: stated for name, stated in _UNITS.items() if name in header}
