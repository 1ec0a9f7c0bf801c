"""`terroir pretrain`: what a library teaches, in one file that holds none of its soils.

Who may not have the library localises farms from this file.
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from trainer.commands.options import AsJson
from trainer.errors import WorkspaceError
from trainer.fleet.knowledge_source import opened_library
from trainer.localisation.knowledge.knowledge_file import save_knowledge
from trainer.localisation.knowledge.library_knowledge import learn_library

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
    as_json: AsJson = False,
) -> None:
    """Learn from a library once, and keep sums and means, none of its soils."""
    if not out.parent.is_dir():
        raise WorkspaceError(f"expected a folder for {out}, found none; make it first")
    opened = opened_library(library, target or (), None, with_samples=False)
    knowledge = learn_library(opened.library, keeps_samples=False)
    save_knowledge(knowledge, out)
    size_mb = round(out.stat().st_size / 1e6, 3)
    if as_json:
        told = {
            "soils": knowledge.soils,
            "farms": len(knowledge.farms),
            "targets": list(knowledge.targets),
            "library": knowledge.digest,
            "size_mb": size_mb,
        }
        typer.echo(json.dumps(told))
        return
    typer.echo(
        f"learned from {knowledge.soils} soils of {len(knowledge.farms)} farms; {out} "
        f"holds none of them, {size_mb:g} MB"
    )
