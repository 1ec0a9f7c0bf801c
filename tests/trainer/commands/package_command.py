"""Run `terroir package`, and packages that differ a little from golden ones."""

from pathlib import Path

import msgspec
from typer.testing import CliRunner

from protocols.model_package import ModelPackage, build_package
from trainer.commands.package import app

RUN = CliRunner()


def run(*arguments: object, fails: type[Exception] | None = None) -> str:
    """Run the command and return what it printed; it must end as expected."""
    done = RUN.invoke(app, [str(one) for one in arguments])
    if fails is None:
        assert done.exception is None
    else:
        assert isinstance(done.exception, fails)
    return done.output


def saved_changed(
    folder: Path,
    package: ModelPackage,
    members: dict[str, bytes] | None = None,
    **said: object,
) -> Path:
    """Save a package, changed a little."""
    manifest = msgspec.structs.replace(package.manifest, **said)
    path = folder / "changed.terroir"
    path.write_bytes(build_package(manifest, {**package.members, **(members or {})}))
    return path
