"""Trials of intervals, measured once for each library and kept for the next command.

Leaving farms out takes as long as dozens of localisations. What was found is kept among
the files that may be lost, and found again only by the same library, the same plan and
the same code.
"""

import hashlib
import logging
from dataclasses import replace
from pathlib import Path

import msgspec

from trainer.cache_folder import cache_folder, made_with
from trainer.durable_files import write_durably
from trainer.library.spectral_library import SpectralLibrary
from trainer.localisation.interval_trials import PLAN, Told, with_measured_intervals
from trainer.localisation.knowledge.interval_trial import IntervalTrial
from trainer.localisation.knowledge.library_knowledge import LibraryKnowledge

LOG = logging.getLogger(__name__)
Trials = tuple[IntervalTrial, ...]


def with_known_trials(
    knowledge: LibraryKnowledge, library: SpectralLibrary, tell: Told = lambda _: None
) -> LibraryKnowledge:
    """Return knowledge that says how intervals held, measured now if never before."""
    path = _path(knowledge)
    kept = _kept(path)
    if kept is not None:
        return replace(knowledge, trials=kept)
    measured = with_measured_intervals(knowledge, library, tell=tell)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, msgspec.json.encode(measured.trials))
    except OSError as error:
        LOG.info("cannot keep what was measured for the next command: %s", error)
    return measured


def _kept(path: Path) -> Trials | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Trials)
    except (OSError, msgspec.MsgspecError):
        return None


def _path(knowledge: LibraryKnowledge) -> Path:
    parts = (
        knowledge.digest,
        *knowledge.targets,
        str(knowledge.carries_samples),
        repr(PLAN),
        made_with(),
    )
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return cache_folder("intervals") / f"{key}.json"
