"""`terroir pretrain`: what a library teaches, in one file that holds none of its soils.

Who may not have the library localises farms from this file. How intervals hold is
measured on farms of the library, each left out in turn, and told in every package.
"""

import json
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from trainer.commands.interval_progress import with_shown_trials
from trainer.commands.options import AsJson
from trainer.errors import WorkspaceError
from trainer.fleet.knowledge_source import opened_library
from trainer.localisation.knowledge.knowledge_file import save_knowledge
from trainer.localisation.knowledge.library_knowledge import (
    learn_library,
)

app = typer.Typer(add_completion=False)


@app.command()
def pretrain(
    *,
    library: Annotated[
        Path, typer.Option(help="An imported library, or a table with OSSL names.")
    ],
    out: Annotated[Path, typer.Option(help="The file to write.")],
    target: Annotated[
        list[str] | None,
        typer.Option(help="OSSL name of what to tell; may be repeated; else all."),
    ] = None,
    without_measuring: Annotated[
        bool,
        typer.Option(
            help="Do not leave farms out to measure how intervals hold; quicker."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Learn from a library once, and keep sums and means, none of its soils."""
    if not out.parent.is_dir():
        raise WorkspaceError(f"expected a folder for {out}, found none; make it first")
    opened = opened_library(library, target or (), None, with_samples=False)
    knowledge = learn_library(opened.library, keeps_samples=False)
    if not without_measuring:
        knowledge = with_shown_trials(knowledge, opened.library)
    save_knowledge(knowledge, out)
    size_mb = round(out.stat().st_size / 1e6, 3)
    if as_json:
        told = {
            "soils": knowledge.soils,
            "farms": len(knowledge.farms),
            "targets": list(knowledge.targets),
            "library": knowledge.digest,
            "size_mb": size_mb,
            "intervals": msgspec.to_builtins(knowledge.measured),
        }
        typer.echo(json.dumps(told))
        return
    typer.echo(
        f"learned from {knowledge.soils} soils of {len(knowledge.farms)} farms; {out} "
        f"holds none of them, {size_mb:g} MB"
    )
    for one in knowledge.measured:
        typer.echo(
            f"{one.target}, {one.labels} labels: {one.coverage:.0%} of {one.soils} "
            f"soils of {one.farms} farms left out lay inside their 90 % interval "
            f"(worst farm {one.worst_coverage:.0%}), {one.width:.2g} sd wide"
        )
