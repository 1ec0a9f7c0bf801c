"""What changed from one package to another: its words, its files, its answers."""

from collections.abc import Iterator

import msgspec

from protocols.model_package import ModelPackage
from trainer.commands.package.answer_difference import AnswerDifference, compare_answers
from trainer.commands.package.package_facts import Fact, Facts, facts_of


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
        subjects: On what they were: scans or places.
    """

    before: str
    after: str
    is_successor: bool
    changes: tuple[Change, ...]
    answers: tuple[AnswerDifference, ...]
    not_compared: str
    subjects: str


def difference_of(before: ModelPackage, after: ModelPackage) -> PackageDifference:
    """Compare two packages in everything that they say and answer."""
    answers, reason = compare_answers(before, after)
    return PackageDifference(
        before=before.digest,
        after=after.digest,
        is_successor=after.manifest.parent == before.digest,
        changes=tuple(_changes(facts_of(before), facts_of(after))),
        answers=answers,
        not_compared=reason,
        subjects=before.manifest.subjects,
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
