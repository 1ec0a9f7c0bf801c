"""All that a package says of itself, fact by fact, for whoever compares two."""

from collections.abc import Iterator

import msgspec

from protocols.crop_manifest import CropManifest
from protocols.manifest_json import Manifest
from protocols.model_manifest import ModelManifest
from protocols.model_package import ModelPackage

Fact = str | int | float | None
Facts = dict[tuple[str, str, str], Fact]
"""What is said, by section, subject and field."""

Record = msgspec.Struct | dict[str, object]
Part = tuple[str, str, Record]
"""A section, what it is about, and what is said of that."""


def facts_of(package: ModelPackage) -> Facts:
    """Return all that a package says, each under its section, subject and field."""
    facts: Facts = {}
    for section, subject, record in _parts(package.manifest):
        for field, value in msgspec.to_builtins(record).items():
            shown = ", ".join(value) if isinstance(value, (list, tuple)) else value
            facts[section, subject, field.replace("_", " ")] = shown
    return facts


def _parts(manifest: Manifest) -> Iterator[Part]:
    yield "package", "", _plain(manifest)
    if isinstance(manifest, ModelManifest):
        yield from _of_soil(manifest)
    else:
        yield from _of_crops(manifest)
    for source in manifest.learned_from:
        yield "learned from", source.name, _without(source, "name")
    for artefact in manifest.artefacts:
        yield "graphs", artefact.member, _without(artefact, "member")
    for member in manifest.members:
        yield "files", member.name, _without(member, "name")


def _of_soil(manifest: ModelManifest) -> Iterator[Part]:
    yield "grid", "", manifest.grid
    for target in manifest.targets:
        yield "targets", target.name, _without(target, "name")
    yield "interval", "", _without(manifest.interval, "measured")
    for held in manifest.interval.measured:
        subject = f"{held.target} from {held.labels} labels"
        yield "intervals measured", subject, _without(held, "target", "labels")
    yield "domain", "", manifest.domain
    for metric in manifest.metrics:
        subject = f"{metric.target}, {metric.split}"
        yield "metrics", subject, _without(metric, "target", "split")


def _of_crops(manifest: CropManifest) -> Iterator[Part]:
    yield "season", "", _without(manifest.season, "channels")
    rule = msgspec.to_builtins(manifest.observations)
    kept = ", ".join(map(str, manifest.observations.scene_classes))
    yield "observations", "", {**rule, "scene_classes": kept}
    for channel in manifest.season.channels:
        yield "channels", channel.name, _without(channel, "name")
    for place, one in enumerate(manifest.classes):
        yield "classes", one.name, {"place": place, "code": one.code or ""}
    yield "interval", "", manifest.interval
    yield "likely classes", "", manifest.likely
    yield "domain", "", manifest.domain
    for metric in manifest.metrics:
        until = "" if metric.day is None else f", until day {metric.day}"
        subject = f"{metric.split}{until}"
        yield "metrics", subject, _without(metric, "split", "day")


def _plain(manifest: Manifest) -> dict[str, object]:
    """Return what the manifest says that is no list and no record."""
    said = msgspec.to_builtins(manifest)
    return {
        name: value
        for name, value in said.items()
        if not isinstance(value, (dict, list, tuple))
    }


def _without(record: msgspec.Struct, *names: str) -> dict[str, object]:
    said: dict[str, object] = msgspec.to_builtins(record)
    return {name: value for name, value in said.items() if name not in names}
