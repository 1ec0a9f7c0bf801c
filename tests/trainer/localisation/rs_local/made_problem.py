"""A small library and farm, and soils in it that tell carbon the other way round."""

from dataclasses import replace

import numpy as np

from trainer.localisation.rs_local.search_soils import (
    SearchSoils,
    SoilTable,
    search_soils,
)
from trainer.localisation.rs_local.selection_settings import SelectionSettings

SOILS, BANDS, LABELS, GROUP = 90, 40, 12, 3

SMALL = SelectionSettings(
    keep=30, draws_a_sample=6, retain=0.8, components=4, quantity="as-given"
)
"""Few soils and draws, so that the plain reference need not be waited for."""


def made_table(soils: int, seed: int, slope: float = 1.0) -> SoilTable:
    """Return smooth spectra; where `slope` is negative, carbon brightens the soil."""
    random = np.random.default_rng(seed)
    waves = np.sin(np.outer(np.arange(1, 9), np.linspace(0, 3, BANDS)))
    amounts = random.normal(0, 1, (soils, 8)) / np.arange(1, 9)
    noise = random.normal(0, 0.01, (soils, BANDS))
    spectra = (0.5 + 0.05 * (amounts @ waves + noise)).astype(np.float32)
    values = 2 + slope * amounts[:, 0] + 0.4 * amounts[:, 3]
    values += random.normal(0, 0.1, soils)
    groups = tuple(f"profile-{row // GROUP}" for row in range(soils))
    return SoilTable(spectra, values, groups)


def joined_tables(*tables: SoilTable) -> SoilTable:
    """Return all soils, those of each table in groups of their own."""
    groups = [
        f"{number}/{group}" for number, one in enumerate(tables) for group in one.groups
    ]
    spectra = np.concatenate([one.spectra for one in tables])
    values = np.concatenate([one.values for one in tables])
    return SoilTable(spectra, values, tuple(groups))


def made_library() -> SoilTable:
    """Return soils of which the first third tells carbon as the farm's do."""
    third = SOILS // 3
    alike, strange = made_table(third, 1), made_table(2 * third, 2, slope=-1.0)
    return joined_tables(alike, strange)


def made_farm() -> SoilTable:
    """Return labelled soils of the farm."""
    return made_table(LABELS, 3)


def made_soils(settings: SelectionSettings = SMALL) -> SearchSoils:
    """Return what a search sees of both."""
    return search_soils(made_library(), made_farm(), settings)


def settings_with(**changes: object) -> SelectionSettings:
    """Return the small settings with some changed."""
    return replace(SMALL, **changes)  # type: ignore[arg-type]  # by name
