"""Which commands there are. A command's own module is loaded when it is run.

Loading all of them would load torch to print a page of help.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup


@dataclass(frozen=True)
class Entry:
    """A command: the module with its `app`, and the line that help shows."""

    module: str
    summary: str


TABLE = {
    "init": Entry("init", "Make a cloud: authority, broker, repository, store."),
    "device": Entry("device", "Enrol devices."),
    "broker": Entry("broker", "Configure Mosquitto."),
    "ingest": Entry("ingest", "Receive what devices send."),
    "relocalise": Entry("relocalise", "Refit farms as labels arrive, and publish."),
    "repository": Entry("repository", "Publish, serve and show the signed models."),
    "store": Entry("store", "Show what was received and published."),
    "library": Entry("library", "Import and show spectral libraries."),
    "pretrain": Entry("pretrain", "Learn from a library once, and keep no soil of it."),
    "localise": Entry("localise", "Fit a farm, or a fleet of farms, from few labels."),
    "evaluate": Entry("evaluate", "Compare methods on soils they have not seen."),
    "rs-local": Entry("rs_local", "Find a library's soils that suit a farm."),
    "study": Entry("study", "Compare ways from a library to a farm, farm by farm."),
    "train": Entry("train", "Train a network on a library."),
    "search": Entry("search", "Let optimisation find a network's blocks."),
    "crops": Entry("crops", "Tell crops from satellite series, in season."),
    "package": Entry("package", "Show, verify and compare model packages."),
    "protocol": Entry("protocol", "Print what devices and cloud agree on."),
}


class DeferredCommand(TyperCommand):
    """Stands for a command until it is run."""

    def __init__(self, name: str, entry: Entry) -> None:
        """Show the entry's summary; load nothing."""
        super().__init__(name, callback=None, help=entry.summary)
        self._module = f"trainer.commands.{entry.module}"

    def make_context(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - handed on as it is
        """Load the command and let it read its own arguments."""
        command = typer.main.get_command(import_module(self._module).app)
        return command.make_context(*args, **kwargs)


class CommandTable(TyperGroup):
    """The group that looks its commands up in a table."""

    table = TABLE

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - the type is private to typer
        """Return the names in the table's order."""
        del ctx
        return list(self.table)

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | None:  # noqa: ANN401 - the type is private to typer
        """Return a stand-in for a command that is in the table."""
        del ctx
        entry = self.table.get(cmd_name)
        return DeferredCommand(cmd_name, entry) if entry else None


app = typer.Typer(
    name="terroir",
    cls=CommandTable,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def terroir() -> None:
    """Learn soils globally, fit each farm locally, serve its spectrometers."""
