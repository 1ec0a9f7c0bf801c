"""The figures of what RS-Local took: library and farm before and after."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

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
    """Yield one figure a farm: the first draw, most labels, first arm that selects."""
    yield from ()
