"""Whether a licence lets soils be passed on to people who did not get them.

A package may hold soils of the library, as the support of a kernel, only where their
licence says so. The list is explicit and what is not on it counts as forbidden:
licences for non-commercial use or without derivatives, letters of permission, and
licences that nobody stated.
"""

import re

REDISTRIBUTABLE = frozenset(
    {
        "cc0",
        "cc-zero",
        "creative-commons-zero",
        "public-domain",
        "pddl",
        "odc-pddl",
        "cc-by",
        "creative-commons-attribution",
        "cc-by-sa",
        "creative-commons-attribution-sharealike",
        "creative-commons-attribution-share-alike",
        "odc-by",
        "odbl",
        "odc-odbl",
        "open-database-license",
        "cdla-permissive",
        "cdla-sharing",
        "ogl-uk",
        "etalab",
        "licence-ouverte",
        "dl-de-by",
        "dl-de-zero",
    }
)
"""Names without version, lower case, words joined by hyphens."""

SEPARATOR = ";"
"""Stands between the licences of a library made of several sources."""

_LINK = re.compile(r"https?://creativecommons\.org/(?:licenses|publicdomain)/")
_VERSION = re.compile(r"-v?\d+(\.\d+)*(-(international|universal))?$")


def allows_redistribution(licence: str) -> bool:
    """Return whether every licence in `licence` is known to allow passing soils on."""
    names = [_name_of(one) for one in licence.split(SEPARATOR)]
    return all(name in REDISTRIBUTABLE for name in names)


def _name_of(licence: str) -> str:
    """Return the licence's name in lower case, without its version."""
    text = licence.strip().lower()
    if _LINK.match(text):
        text = "cc-" + _LINK.sub("", text).strip("/").replace("zero", "0")
        text = text.replace("cc-0", "cc0")
    words = re.sub(r"[\s_/-]+", "-", text).strip("-")
    return _VERSION.sub("", words)
