"""Run `terroir crops prepare` on made imagery."""

from pathlib import Path

from typer.testing import CliRunner, Result

from trainer.commands.crops.prepare import app
from trainer.crops.made_imagery.made_imagery import (
    MadeImagery,
)

RUN = CliRunner()


def run(made: MadeImagery, into: Path, *more: object) -> Result:
    labels = [f"--labels={year}={path}" for year, path in made.labels.items()]
    usual = [made.observations, *labels, "--into", into, "--threads", 1]
    return RUN.invoke(app, [str(one) for one in (*usual, *more)])


def by_box(*more: object) -> tuple[object, ...]:
    """Ask for parts so small that each box is one."""
    return ("--part-mb", 1, *more)
