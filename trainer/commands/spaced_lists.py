"""Options that take several words: `--methods pls ridge` as well as one at a time."""

from collections.abc import Iterator, Sequence
from typing import Any

from typer.core import TyperCommand


class SpacedLists(TyperCommand):
    """A command whose repeatable options may be given once with several words."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - the type is private to typer
        """Repeat the option before each of its words, then read on as usual."""
        repeatable = {
            name
            for parameter in self.params
            if getattr(parameter, "multiple", False)
            for name in parameter.opts
        }
        return super().parse_args(ctx, list(repeated(args, repeatable)))


def repeated(arguments: Sequence[str], repeatable: set[str]) -> Iterator[str]:
    """Yield `--x a --x b` for `--x a b`."""
    current, is_first = "", False
    for word in arguments:
        if word.startswith("-") and not _is_number(word):
            current, is_first = (word if word in repeatable else ""), True
        elif current and not is_first:
            yield current
        else:
            is_first = False
        yield word


def _is_number(word: str) -> bool:
    return word[1:].replace(".", "", 1).isdigit()
