"""Measure how intervals hold, showing which farms were left out so far."""

from trainer.commands.fit_progress import progress_bar
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.interval_trials import farms_to_try
from trainer.localisation.knowledge.library_knowledge import LibraryKnowledge
from trainer.localisation.known_trials import with_known_trials


def with_shown_trials(
    knowledge: LibraryKnowledge, library: SpectralLibrary
) -> LibraryKnowledge:
    """Return knowledge that says how intervals held; a bar on standard error tells."""
    bar = progress_bar()
    with bar:
        task = bar.add_task("farms left out", total=len(farms_to_try(library)))
        told = with_known_trials(knowledge, library, lambda _: bar.advance(task))
        bar.update(task, completed=len(farms_to_try(library)))
    return told
