"""Only licences known to allow it let soils travel inside a package."""

import pytest

from trainer.library.licence import allows_redistribution
from trainer.library.limesoda import LICENCE as LIMESODA_LICENCE
from trainer.library.sources.soil_source import UNSTATED_LICENCE


@pytest.mark.parametrize(
    "licence",
    [
        "CC0-1.0",
        "CC0 1.0 Universal",
        "CC BY 4.0",
        "CC-BY-4.0",
        "cc-by-sa 3.0",
        "Creative Commons Attribution 4.0 International",
        "https://creativecommons.org/licenses/by/4.0/",
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "PDDL-1.0",
        "ODbL-1.0",
        "ODC-By-1.0",
        "CC BY 4.0; CC0-1.0",
        LIMESODA_LICENCE,
    ],
)
def test_open_licences_let_soils_be_passed_on(licence: str) -> None:
    assert allows_redistribution(licence)


@pytest.mark.parametrize(
    "licence",
    [
        "",
        UNSTATED_LICENCE,
        "CC BY-NC 4.0",
        "CC-BY-NC-SA-4.0",
        "CC BY-ND 4.0",
        "CC BY 4.0 NC",
        "https://creativecommons.org/licenses/by-nc/4.0/",
        "for research only",
        "not CC0",
        "CC BY 4.0; all rights reserved",
        "CC0-1.0;",
    ],
)
def test_anything_else_keeps_them_at_home(licence: str) -> None:
    assert not allows_redistribution(licence)
