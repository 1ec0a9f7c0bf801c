"""What changed from one package to another: its words, its files, its answers."""

from collections.abc import Iterator

import msgspec

from protocols.model_manifest import ModelManifest
from protocols.model_package import ModelPackage
from trainer.commands.package.answer_difference import AnswerDifference, compare_answers

Fact = str | int | float | None
Facts = dict[tuple[str, str, str], Fact]
"""What is said, by section, subject and field."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that one package says otherwise than the other, or alone.

    Attributes:
        section: The part of the manifest, or the files.
        subject: Which target, source, graph or file it is about, if one.
        field: What is said of it.
        before: What the first says; nothing where it does not speak of it.
        after: What the second says.
    """

    section: str
    subject: str
    field: str
    before: Fact
    after: Fact


class PackageDifference(msgspec.Struct, frozen=True, kw_only=True):
    """All that is different between two packages.

    Attributes:
        before: The digest of the first.
        after: The digest of the second.
        is_successor: Whether the second was made from the first.
        changes: What their manifests and files say otherwise.
        answers: How differently they answer on the golden scans of both.
        not_compared: Why answers were not compared, where they were not.
    """

    before: str
    after: str
    is_successor: bool
    changes: tuple[Change, ...]
    answers: tuple[AnswerDifference, ...]
    not_compared: str


def difference_of(before: ModelPackage, after: ModelPackage) -> PackageDifference:
    """Compare two packages in everything that they say and answer."""
    answers, reason = compare_answers(before, after)
    return PackageDifference(
        before=before.digest,
        after=after.digest,
        is_successor=after.manifest.parent == before.digest,
        changes=tuple(_changes(_facts_of(before), _facts_of(after))),
        answers=answers,
        not_compared=reason,
    )


def _changes(before: Facts, after: Facts) -> Iterator[Change]:
    known = [*before, *(key for key in after if key not in before)]
    order = list(dict.fromkeys(section for section, _, _ in known))
    for key in sorted(known, key=lambda one: order.index(one[0])):
        was, now = before.get(key), after.get(key)
        if was != now:
            section, subject, field = key
            yield Change(
                section=section, subject=subject, field=field, before=was, after=now
            )


def _facts_of(package: ModelPackage) -> Facts:
    """Return all that a package says, each under its section, subject and field."""
    facts: Facts = {}
    for section, subject, record in _records(package.manifest):
        for field, value in msgspec.to_builtins(record).items():
            shown = ", ".join(value) if isinstance(value, (list, tuple)) else value
            facts[section, subject, field.replace("_", " ")] = shown
    return facts


def _records(
    manifest: ModelManifest,
) -> Iterator[tuple[str, str, msgspec.Struct | dict[str, object]]]:
    """Yield the manifest in parts, each with its section and what it is about."""
    yield "package", "", _plain(manifest)
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
    for source in manifest.learned_from:
        yield "learned from", source.name, _without(source, "name")
    for artefact in manifest.artefacts:
        yield "graphs", artefact.member, _without(artefact, "member")
    for member in manifest.members:
        yield "files", member.name, _without(member, "name")


def _plain(manifest: ModelManifest) -> dict[str, object]:
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
