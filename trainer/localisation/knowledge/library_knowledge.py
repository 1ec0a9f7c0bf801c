"""What is learned from a library once, so that any number of farms can be localised.

Most of it is sums and means from which no soil can be read back. Processes over sites
and the library's memory need soils themselves; knowledge that keeps none does without,
and can be handed to whoever may not have the library.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from protocols.model_manifest import MeasuredInterval
from protocols.wavelength_grid import WavelengthGrid
from trainer.calibrations.memory_based import FittedMemory
from trainer.errors import CalibrationError
from trainer.library.licence import allows_redistribution
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.farm_domain import LibraryDomain, library_domain
from trainer.localisation.knowledge.interval_trial import (
    IntervalTrial,
    measured_for,
    measured_of,
)
from trainer.localisation.knowledge.library_distance import (
    SiteDistances,
    site_distances,
)
from trainer.localisation.knowledge.library_memory import FEWEST_SOILS, fit_memory
from trainer.localisation.knowledge.library_model import LibraryModel, fit_library
from trainer.localisation.knowledge.library_sites import library_sites
from trainer.localisation.knowledge.typical_scans import typical_scans
from trainer.localisation.members.library_latents import (
    LibraryLatents,
    library_latents,
)
from trainer.localisation.members.placed_sites import LibrarySites
from trainer.localisation.treated_soils import (
    Treated,
    TreatedSoils,
    analysed,
    treat_all,
)
from trainer.localisation.trust import RULE, TrustRule

Array = NDArray[np.float64]

FEWEST_OF_A_SITE = 5
"""Fewer soils of one farm tell nothing of how values vary inside it."""


@dataclass(frozen=True, eq=False)
class TargetKnowledge:
    """What a library knows of one target.

    Attributes:
        model: Its own model, and how wrong it is on farms left out.
        latents: Directions and forecasts, one a treatment.
        spread: Standard deviation of its values.
        sites: Its soils as processes see them, if soils are kept.
        library: Spectra and values that the memory is fitted on, if soils are kept.
    """

    model: LibraryModel
    latents: tuple[LibraryLatents, ...]
    spread: float
    sites: LibrarySites | None = None
    library: tuple[NDArray[np.float32], Array, WavelengthGrid] | None = None

    @cached_property
    def memory(self) -> FittedMemory | None:
        """The library's memory, fitted when it is first asked."""
        if self.library is None or len(self.library[1]) < FEWEST_SOILS:
            return None
        return fit_memory(*self.library)


@dataclass(frozen=True, eq=False)
class LibraryKnowledge:
    """What farms are localised with.

    Attributes:
        name: What people call the library.
        licence: Under which terms its soils may be used.
        digest: The library's digest.
        remarks: What a reader must know of it.
        grid: Where bands lie.
        targets: OSSL names of what is told.
        soils: How many soils were learned from.
        farms: Whose they are.
        by_target: What is known of each target.
        domain: Which scans it knows.
        distances: Where its sites lie.
        scans: Made scans that are typical of it, for golden vectors.
        library: The library itself, unless knowledge is to be handed on without it.
        rule: How far what is trusted.
        trials: How intervals held on its farms, each left out, where that was tried.
    """

    name: str
    licence: str
    digest: str
    remarks: tuple[str, ...]
    grid: WavelengthGrid
    targets: tuple[str, ...]
    soils: int
    farms: tuple[str, ...]
    by_target: tuple[TargetKnowledge, ...]
    domain: LibraryDomain
    distances: SiteDistances
    scans: NDArray[np.float32]
    library: SpectralLibrary | None = None
    rule: TrustRule = RULE
    trials: tuple[IntervalTrial, ...] = ()

    @property
    def carries_samples(self) -> bool:
        """Whether soils of the library may support a farm's model."""
        return any(one.sites is not None for one in self.by_target)

    @cached_property
    def measured(self) -> tuple[MeasuredInterval, ...]:
        """How intervals held on farms left out, by target and number of labels."""
        return measured_of(self.trials)

    def measured_for(self, labels: int) -> tuple[MeasuredInterval, ...]:
        """Return what was measured with the most labels that are not above these."""
        return measured_for(self.measured, labels)

    def without_farm(self, name: str) -> "LibraryKnowledge":
        """Return what is known without one farm, learned anew if it is in there.

        Trials of other farms stay: they are about models like this one, not of it.
        """
        if name not in self.farms:
            return self
        if self.library is None:
            raise CalibrationError(
                f"expected knowledge that has not seen {name}, found its soils among "
                "what was learned; pretrain on the library without this farm"
            )
        others = learn_library(self.library.without_farm(name))
        trials = tuple(one for one in self.trials if one.farm != name)
        return replace(others, rule=self.rule, trials=trials)


def learn_library(
    library: SpectralLibrary, *, keeps_samples: bool = True
) -> LibraryKnowledge:
    """Learn once what all farms share; soils are kept where the licence lets them."""
    keeps = keeps_samples and allows_redistribution(library.licence)
    names = np.array(library.farms)
    groups = [library.spectra[names == name] for name in library.farm_names]
    with threadpool_limits(limits=1):
        far = treat_all(library.spectra)
        return LibraryKnowledge(
            name=library.name,
            licence=library.licence,
            digest=library.digest,
            remarks=library.remarks,
            grid=library.grid,
            targets=library.targets,
            soils=len(library.soils),
            farms=library.farm_names,
            by_target=tuple(
                _learn_target(library, far, column, keeps_samples=keeps)
                for column in range(len(library.targets))
            ),
            domain=library_domain(library),
            distances=site_distances(library.farm_names, groups),
            scans=typical_scans(library.spectra),
            library=library if keeps_samples else None,
        )


def _learn_target(
    library: SpectralLibrary, far: Treated, column: int, *, keeps_samples: bool
) -> TargetKnowledge:
    values = library.values[:, column]
    known, rows = analysed(far, values), np.flatnonzero(np.isfinite(values))
    names = np.array([library.farms[row] for row in rows])
    model = fit_library(known, names.tolist())
    farms = _farms(known, names)
    return TargetKnowledge(
        model=model,
        latents=tuple(
            library_latents([(farm.treated[at], farm.values) for farm in farms])
            for at in range(len(far))
        ),
        spread=float(known.values.std()),
        sites=library_sites(farms) if keeps_samples else None,
        library=(
            (library.spectra[rows], known.values, library.grid)
            if keeps_samples
            else None
        ),
    )


def _farms(known: TreatedSoils, names: NDArray[np.str_]) -> Sequence[TreatedSoils]:
    """Return the soils farm by farm; those of tiny farms stand together."""
    whole = [np.flatnonzero(names == name) for name in np.unique(names)]
    large = [rows for rows in whole if len(rows) >= FEWEST_OF_A_SITE]
    small = [rows for rows in whole if len(rows) < FEWEST_OF_A_SITE]
    if small:
        large.append(np.concatenate(small))
    return [known.take(rows) for rows in large]
