"""One look for a better model: ask, download, prove, switch; or leave all as it is.

The running model stays until the new one has proved itself on this device's runtime.
A package that is refused is removed again.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from edge_agent.active_model import (
    forget_other_packages,
    forget_partial_packages,
    package_path,
    partial_path,
    read_active,
    switch_to,
)
from edge_agent.clock import Clock, is_trusted
from edge_agent.durable_files import rename_durably
from edge_agent.errors import RefusedUpdateError, UnreachableError
from edge_agent.predictor.graph_runtime import check_is_for
from edge_agent.predictor.loaded_model import read_package_named
from edge_agent.settings import AgentSettings
from edge_agent.updates.model_kind import SOIL, ModelKind
from edge_agent.updates.outcome import Outcome, UpdateResult
from edge_agent.updates.trusted_source import TrustedSource
from protocols.errors import PackageError

LOCK = "updates.lock"


class Refresh:
    """One look, and what is known so far."""

    def __init__(
        self, settings: AgentSettings, clock: Clock, kind: ModelKind = SOIL
    ) -> None:
        self._settings = settings
        self._kind = kind
        self._state = kind.folder(settings.folders.state)
        self._clock = clock
        self._offered: str | None = None

    def run(self) -> UpdateResult:
        """Look for a better model and say what became of it."""
        with one_at_a_time(self._settings.folders.state):
            forget_partial_packages(self._state)
            try:
                return self._look()
            except UnreachableError as error:
                return self._result("unreachable", str(error))
            except (RefusedUpdateError, PackageError) as error:
                return self._result("refused", str(error))
            except OSError as error:
                return self._result("refused", f"the disk: {error}")

    def _look(self) -> UpdateResult:
        now = self._clock.now()
        if not is_trusted(now):
            raise RefusedUpdateError(
                f"the clock says {now:%Y-%m-%d}, which cannot be right; "
                "new installs wait until the time is trusted"
            )
        source = TrustedSource(self._settings, self._kind.target)
        self._offered = source.offered()
        if self._offered is None:
            return self._result("current", "no model for this farm is published yet")
        if self._offered == self._running():
            return self._result("current", "the offered model runs already")
        self._install(source, self._offered)
        return self._result("activated", "proved on the golden vectors")

    def _install(self, source: TrustedSource, digest: str) -> None:
        partial = partial_path(self._state, digest)
        partial.parent.mkdir(parents=True, exist_ok=True)
        fallback = self._running()
        try:
            source.download(partial)
            self._prove(partial, digest)
            _sync(partial)
            rename_durably(partial, package_path(self._state, digest))
        finally:
            forget_partial_packages(self._state)
        switch_to(self._state, digest, fallback=fallback)
        forget_other_packages(self._state)

    def _prove(self, path: Path, digest: str) -> None:
        package = read_package_named(path, digest)
        device = self._settings.device
        check_is_for(package.manifest, device.tenant, device.farm)
        self._kind.prove(package, self._settings.predictor.runtime)

    def _running(self) -> str | None:
        """Return the best model on disk that is still what it was."""
        for digest in read_active(self._state).candidates:
            with suppress(PackageError, OSError):
                read_package_named(package_path(self._state, digest), digest)
                return digest
        return None

    def _result(self, outcome: Outcome, detail: str) -> UpdateResult:
        return UpdateResult(
            outcome=outcome,
            running=self._running(),
            offered=self._offered,
            detail=detail,
        )


@contextmanager
def one_at_a_time(state: Path) -> Iterator[None]:
    """Wait until no other process looks for a model on this device."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / LOCK).open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
