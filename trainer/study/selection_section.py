"""The figures of what RS-Local took: library and farm before and after.

Of each farm the first draw with most labels is shown, for the first arm that took some
of the library's soils and no others. The farm's soils are all of its analysed ones, the
judged too: the arm was shown only those that were labelled.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from matplotlib.figure import Figure

from protocols.units import unit_of
from trainer.figure_style import as_svg
from trainer.localisation.rs_local.search_soils import as_seen
from trainer.localisation.rs_local.selection_figure import DrawnSoils, selection_figure
from trainer.study.study_order import Study, StudyTask
from trainer.study.study_result import StudyResult


@dataclass(frozen=True)
class SelectionDrawing:
    """One farm's selection, drawn."""

    title: str
    drawing: Markup


def selections_of(
    study: Study, results: Mapping[StudyTask, StudyResult]
) -> Iterator[SelectionDrawing]:
    """Yield one figure a farm and target where an arm took some soils."""
    for farm in study.order.farms:
        shown = _shown([one for one in results.values() if one.task.farm == farm])
        for column, target in enumerate(study.targets if shown else ()):
            if shown is not None:
                meaning = f"library and {farm} before and after the choice of instances"
                drawing = as_svg(_figure(study, shown, column), meaning)
                title = f"{farm}, {target}: {len(shown.instances or ())} soils taken"
                yield SelectionDrawing(
                    f"{title} by {shown.task.arm} from {shown.learned_from} labels",
                    Markup(drawing),  # noqa: S704 - our own SVG
                )


def _shown(results: Sequence[StudyResult]) -> StudyResult | None:
    """Return the first result of most labels that took some soils."""
    taking = [one for one in results if one.instances]
    ordered = sorted(taking, key=lambda one: (one.task.seed, -one.task.labels))
    return next(iter(ordered), None)


def _figure(study: Study, shown: StudyResult, column: int) -> Figure:
    draw = study.draw(shown.task)
    spectra, values = study.soils.spectra, study.soils.values[:, column]
    library = draw.library[np.isfinite(values[draw.library])]
    farm = np.concatenate([draw.labelled, draw.judged])
    kept = np.flatnonzero(np.isin(library, np.array(shown.instances)))
    return selection_figure(
        DrawnSoils(
            spectra=as_seen(spectra, "absorbance", library),
            values=values[library],
            kept=kept,
            farm_spectra=as_seen(spectra, "absorbance", farm),
            farm_values=values[farm],
            property_name=f"{study.targets[column]}, {unit_of(study.targets[column])}",
        )
    )
