"""A package for people: its card, its graphs, how its intervals held, its files."""

from collections.abc import Iterator

import msgspec
from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

from protocols.model_manifest import IntervalClaim
from protocols.model_package import CARD, MANIFEST, ModelPackage
from protocols.package_manifest import Artefact, is_newer

SHORT_DIGEST = 16


def print_package(console: Console, package: ModelPackage, size: int) -> None:
    """Print all that a package says of itself."""
    manifest = package.manifest
    console.print(Markdown(package.members[CARD].decode("utf-8", "replace")))
    console.print()
    for artefact in manifest.artefacts:
        console.print(_graph_line(package, artefact), highlight=False)
    console.print()
    if isinstance(manifest.interval, IntervalClaim) and manifest.interval.measured:
        console.print(_intervals(manifest.interval))
    console.print(_files(package))
    for line in _lines(package, size):
        console.print(line, highlight=False, soft_wrap=True)


def unknown_fields(written: object, known: object, place: str = "") -> Iterator[str]:
    """Yield what a manifest says that this version does not know."""
    if isinstance(written, dict) and isinstance(known, dict):
        for name, value in written.items():
            inner = f"{place}.{name}" if place else str(name)
            if name in known:
                yield from unknown_fields(value, known[name], inner)
            else:
                yield inner
    elif isinstance(written, list) and isinstance(known, (list, tuple)):
        for at, (one, other) in enumerate(zip(written, known, strict=False)):
            yield from unknown_fields(one, other, f"{place}[{at}]")


def size_text(size: int) -> str:
    """Return a size as people say it."""
    for unit, one in (("MB", 1_000_000), ("kB", 1000)):
        if size >= one:
            return f"{size / one:.1f} {unit}"
    return f"{size} bytes"


def _graph_line(package: ModelPackage, one: Artefact) -> str:
    """Say all of a graph that a user may want to know, in one sentence."""
    subjects = package.manifest.subjects
    scans = (
        f"any number of {subjects}"
        if one.most_scans is None
        else f"{one.most_scans} {subjects.removesuffix('s')}"
    )
    off = ""
    if one.error is not None:
        worst = "" if one.worst_error is None else f", {one.worst_error:.2g} at worst"
        off = f"; off by {one.error:.2g} {package.manifest.measure}{worst}"
    return (
        f"{one.member}: {size_text(len(package.members[one.member]))}, {one.precision} "
        f"weights, {scans} at once, for {' and '.join(one.runtimes) or 'no runtime'}"
        f"{off}{f'. {one.method}' if one.method else ''}"
    )


def _intervals(claim: IntervalClaim) -> Table:
    level = f"{claim.level:.0%}"
    table = Table(
        title=f"how intervals of {level} held on farms never learned from",
        title_justify="left",
    )
    table.add_column("property", overflow="fold")
    for heading in ("labels", "farms", "soils", "inside", "worst farm", "width (sd)"):
        table.add_column(heading, justify="right")
    for one in claim.measured:
        table.add_row(
            one.target,
            str(one.labels),
            str(one.farms),
            str(one.soils),
            f"{one.coverage:.1%}",
            f"{one.worst_coverage:.1%}",
            f"{one.width:.2f}",
        )
    return table


def _files(package: ModelPackage) -> Table:
    table = Table(title="files", title_justify="left")
    table.add_column("name", overflow="fold")
    table.add_column("size", justify="right")
    table.add_column("sha256")
    table.add_row(MANIFEST, size_text(len(package.manifest_json)), "")
    for one in package.manifest.members:
        table.add_row(one.name, size_text(one.size), one.sha256[:SHORT_DIGEST])
    return table


def _lines(package: ModelPackage, size: int) -> Iterator[str]:
    manifest = package.manifest
    yield f"package {package.digest}, {size_text(size)}, format {manifest.format}"
    yield f"made from {manifest.parent or 'no earlier package'}"
    written = msgspec.json.decode(package.manifest_json)
    unknown = list(unknown_fields(written, msgspec.to_builtins(manifest)))
    if unknown or is_newer(manifest):
        yield (
            f"written by a newer version; not known here: {', '.join(unknown) or '-'} "
            "(--json shows all)"
        )
