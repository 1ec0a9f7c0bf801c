"""Libraries as a search takes them, and what it found as a table of soil ids."""

import csv
import io

from trainer.errors import LibraryError
from trainer.library.ossl_columns import SAMPLE
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.rs_local.repeated_selection import RepeatedSelection
from trainer.localisation.rs_local.search_soils import SoilTable

COLUMNS = (SAMPLE, "times_kept", "share", "rank", "kept")


def table_of(library: SpectralLibrary, target: str) -> SoilTable:
    """Return all soils with one target, or refuse a target that is not there."""
    if target not in library.targets:
        known = ", ".join(library.targets) or "none"
        raise LibraryError(
            f"expected one of the targets of {library.name}, {known}, found {target!r}"
        )
    values = library.values[:, library.targets.index(target)]
    return SoilTable(library.spectra, values, library.groups)


def selection_csv(
    library: SpectralLibrary, found: RepeatedSelection, count: int
) -> bytes:
    """Return a row for every soil that could be kept, those kept most often first.

    `kept` says of the `count` soils at the top that they are the answer.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    times, shares = found.times, found.share
    for place, row in enumerate(found.ranked, start=1):
        is_kept = "true" if place <= count else "false"
        counted = (times[row], f"{shares[row]:.6g}", place, is_kept)
        writer.writerow((library.soils[row], *counted))
    return text.getvalue().encode()
