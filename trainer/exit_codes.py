"""What the number means with which `terroir` ends; scripts may rely on it.

| code | meaning |
|---|---|
| 0 | done |
| 1 | an error of this program itself, with a traceback |
| 2 | the command line was not understood |
| 3 | settings are wrong |
| 4 | a folder is there already, or lacks what it must hold |
| 5 | an identity cannot be issued |
| 6 | the sample store does not answer |
| 7 | the model repository refuses |
| 8 | the broker does not take the connection |
| 9 | a message, name or package breaks the agreement with the device |
| 10 | any other refusal: soils, units, calibration, export |
| 11 | some of many failed, each told by name; the rest is done |
| 130 | stopped by the user |
"""

from enum import IntEnum

from protocols.errors import ProtocolError
from trainer.errors import (
    BrokerError,
    IdentityError,
    RepositoryError,
    SettingsError,
    StoreError,
    TerroirError,
    WorkspaceError,
)


class ExitCode(IntEnum):
    """The number with which the program ends."""

    DONE = 0
    DEFECT = 1
    USAGE = 2
    SETTINGS = 3
    WORKSPACE = 4
    IDENTITY = 5
    STORE = 6
    REPOSITORY = 7
    BROKER = 8
    PROTOCOL = 9
    REFUSED = 10
    PARTLY = 11
    INTERRUPTED = 130


_BY_ERROR: dict[type[Exception], ExitCode] = {
    SettingsError: ExitCode.SETTINGS,
    WorkspaceError: ExitCode.WORKSPACE,
    IdentityError: ExitCode.IDENTITY,
    StoreError: ExitCode.STORE,
    RepositoryError: ExitCode.REPOSITORY,
    BrokerError: ExitCode.BROKER,
    ProtocolError: ExitCode.PROTOCOL,
    TerroirError: ExitCode.REFUSED,
}


def exit_code_of(error: Exception) -> ExitCode:
    """Return the code of the nearest kind of error that has one."""
    for kind in type(error).__mro__:
        if kind in _BY_ERROR:
            return _BY_ERROR[kind]
    return ExitCode.DEFECT
