"""How the agent's commands end, as numbers that a service or script may rely on.

A number never changes its meaning; a new ending gets a new number. The README's table
is kept true by a test.
"""

from enum import IntEnum, unique


@unique
class ExitCode(IntEnum):
    """Why a command ended."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    SETTINGS = 3
    JOURNAL = 4
    REFUSED = 5
    UNREACHABLE = 6
    INPUT = 7
    ALREADY_RUNNING = 8
    PACKAGE = 9
    SCANS = 10
    OUTPUT = 11
    INTERRUPTED = 130
    READER_GONE = 141

    @property
    def meaning(self) -> str:
        """What happened, and what to do next."""
        return _MEANINGS[self]


_MEANINGS = {
    ExitCode.OK: "the command did what it was asked",
    ExitCode.UNEXPECTED: "a defect of the software; the log holds a traceback",
    ExitCode.USAGE: "the command line is wrong; see --help",
    ExitCode.SETTINGS: "the settings cannot be used; the message names the field",
    ExitCode.JOURNAL: "the journal cannot be read or written; check the disk",
    ExitCode.REFUSED: "the offered model was refused; the old one still runs",
    ExitCode.UNREACHABLE: "the model repository did not answer; try again later",
    ExitCode.INPUT: "a label or table cannot be taken; nothing was kept",
    ExitCode.ALREADY_RUNNING: "another agent runs on this state folder",
    ExitCode.PACKAGE: "the package cannot be used here; the message says why",
    ExitCode.SCANS: "some scans or fields were refused; all others were answered",
    ExitCode.OUTPUT: "the output cannot be written; check the disk it goes to",
    ExitCode.INTERRUPTED: "stopped from the keyboard",
    ExitCode.READER_GONE: "whoever read the output has closed it",
}
