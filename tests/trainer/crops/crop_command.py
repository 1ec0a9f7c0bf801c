"""Run `terroir crops` in this process: loading torch anew takes seconds."""

import sys
from dataclasses import dataclass

import pytest

from trainer.__main__ import main


@dataclass(frozen=True)
class Done:
    """What a command left on the screen, and its number."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class CropCommand:
    """Runs commands and catches what they say."""

    patch: pytest.MonkeyPatch
    screen: pytest.CaptureFixture[str]

    def __call__(self, *arguments: object) -> Done:
        """Run one command to its end."""
        self.patch.setattr(sys, "argv", ["terroir", "crops", *map(str, arguments)])
        self.screen.readouterr()
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        said = self.screen.readouterr()
        return Done(code, said.out, said.err)
