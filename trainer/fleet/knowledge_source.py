"""What farms are localised from: a library, or what was learned from one before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.errors import LibraryError
from trainer.fleet.asked_targets import with_targets
from trainer.fleet.known_scans import without_scans
from trainer.fleet.localisation_order import LocalisationOrder
from trainer.fleet.localisation_work import LocalisationWork, work_of_library
from trainer.library.opened_soils import open_library
from trainer.library.sources.reading_order import ReadingOrder
from trainer.library.sources.source_choice import SourceOrder
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.knowledge.knowledge_file import load_knowledge
from trainer.localisation.knowledge.library_knowledge import LibraryKnowledge

FEWEST_SOILS = 10


@dataclass(frozen=True, eq=False)
class OpenedLibrary:
    """A library as farms are localised from it.

    Attributes:
        library: Its soils, with the targets asked for.
        with_samples: Whether packages may hold some of them, if the licence lets them.
    """

    library: SpectralLibrary
    with_samples: bool

    def work(self, order: LocalisationOrder) -> LocalisationWork:
        """Learn once what all farms share."""
        return work_of_library(self.library, order, with_samples=self.with_samples)

    def without(self, scans: NDArray[np.float32]) -> "OpenedLibrary":
        """Return the library without a farm's own soils."""
        others = without_scans(self.library, scans)
        if len(others.soils) < FEWEST_SOILS:
            raise LibraryError(
                f"expected at least {FEWEST_SOILS} soils of other farms in the "
                f"library, found {len(others.soils)}; choose a library of more farms"
            )
        return replace(self, library=others)


@dataclass(frozen=True, eq=False)
class Pretrained:
    """What was learned from a library that is not here."""

    library: LibraryKnowledge

    def work(self, order: LocalisationOrder) -> LocalisationWork:
        """Return what all farms share."""
        return LocalisationWork(self.library, order)

    def without(self, scans: NDArray[np.float32]) -> "Pretrained":
        """Return itself: whose soils taught it cannot be told any more."""
        del scans
        return self


def opened_library(
    path: Path, targets: Sequence[str], licence: str | None, *, with_samples: bool
) -> OpenedLibrary:
    """Open an imported library or a table, with the targets that were asked for."""
    stated = SourceOrder(reading=ReadingOrder(licence=licence))
    library = with_targets(open_library(path, stated), targets)
    return OpenedLibrary(library, with_samples)


def opened_knowledge(path: Path, targets: Sequence[str]) -> Pretrained:
    """Open what was learned before, with the targets that were asked for."""
    return Pretrained(with_known_targets(load_knowledge(path), targets))


def with_known_targets(
    knowledge: LibraryKnowledge, asked: Sequence[str]
) -> LibraryKnowledge:
    """Return knowledge with only the targets that were asked for, all for none."""
    targets = tuple(dict.fromkeys(asked)) or knowledge.targets
    unknown = [target for target in targets if target not in knowledge.targets]
    if unknown:
        raise LibraryError(
            f"expected one of the targets {', '.join(knowledge.targets)}, which were "
            f"learned, found {unknown[0]!r}; pretrain for it too"
        )
    taught = dict(zip(knowledge.targets, knowledge.by_target, strict=True))
    by_target = tuple(taught[target] for target in targets)
    return replace(knowledge, targets=targets, by_target=by_target)
