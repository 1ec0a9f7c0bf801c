"""What changed between two packages, for people."""

import re
from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from trainer.commands.package.answer_difference import AnswerDifference
from trainer.commands.package.package_difference import Change, PackageDifference
from trainer.commands.package.package_facts import Fact
from trainer.commands.package.package_sheet import SHORT_DIGEST

SHORT_TEXT = 32
COLOURS = {"+": "green", "-": "red", "~": ""}
DIGEST = re.compile(r"[0-9a-f]{64}")


def print_difference(console: Console, found: PackageDifference) -> None:
    """Print the changes, section by section, and then the answers."""
    for role, digest in (("from", found.before), ("to", found.after)):
        console.print(f"{role:>4} {digest}", highlight=False)
    if found.before == found.after:
        console.print("they are the same package", highlight=False)
        return
    lineage = "the second was made from the first"
    other = "the second was not made from the first"
    console.print(lineage if found.is_successor else other, highlight=False)
    for section, changes in groupby(found.changes, key=lambda one: one.section):
        console.print(f"\n[bold]{section}[/bold]")
        for subject, of_one in groupby(changes, key=lambda one: one.subject):
            _print_subject(console, subject, list(of_one))
    console.print()
    if found.not_compared:
        console.print(f"answers not compared: {found.not_compared}", highlight=False)
    else:
        console.print(_answer_table(found.answers, found.subjects))


def _print_subject(console: Console, subject: str, changes: list[Change]) -> None:
    """Print what changed of one subject: it came, it went, or it is told otherwise."""
    came = all(one.before is None for one in changes)
    went = all(one.after is None for one in changes)
    if subject and (came or went):
        said = [
            f"{one.field} {_text(one.after if came else one.before)}"
            for one in changes
            if (one.after if came else one.before) not in (None, "")
        ]
        _print(console, "+" if came else "-", f"{subject}: {', '.join(said)}")
        return
    for one in changes:
        place = f"{subject}: {one.field}" if subject else one.field
        was, now = _text(one.before), _text(one.after)
        if max(len(was), len(now)) <= SHORT_TEXT:
            _print(console, "~", f"{place} {was} → {now}")
        else:
            _print(console, "~", place)
            _print(console, "  -", was)
            _print(console, "  +", now)


def _print(console: Console, mark: str, text: str) -> None:
    """Print an entry whose further lines stand under its first."""
    line = Text(f"{mark} {text}", style=COLOURS[mark.strip()])
    indent = len(mark) + 1
    wrapped = line.wrap(console, max(20, console.width - 2 - indent))
    for at, part in enumerate(wrapped):
        console.print(Text(" " * (2 if at == 0 else 2 + indent)) + part)


def _answer_table(answers: tuple[AnswerDifference, ...], subjects: str) -> Table:
    scans = answers[0].scans
    table = Table(
        title=f"what they answer on the {scans} golden {subjects} of both",
        title_justify="left",
    )
    for heading in ("property", "unit"):
        table.add_column(heading, overflow="fold")
    for heading in ("mean", "rms", "worst", "rms (sd)", "width", "flagged"):
        table.add_column(heading, justify="right")
    for one in answers:
        table.add_row(
            one.target,
            one.unit,
            f"{one.mean:+.3g}",
            f"{one.rms:.3g}",
            f"{one.worst:.3g}",
            f"{one.rms_sd:.3g}",
            f"{one.width_before:.3g} → {one.width_after:.3g}",
            f"{one.flagged_before} → {one.flagged_after}",
        )
    return table


def _text(fact: Fact) -> str:
    if fact is None or fact == "":
        return "nothing"
    if isinstance(fact, float):
        return f"{fact:.4g}"
    text = str(fact)
    return text[:SHORT_DIGEST] if DIGEST.fullmatch(text) else text
