"""Everything that can go wrong on the device, by what the caller should do.

EdgeError
├── SettingsError        the settings cannot be used            -> stop, tell why
├── AlreadyRunningError  another agent owns the state folder    -> stop
├── InputError           what a person typed cannot be taken    -> tell, keep nothing
├── ScanRefusedError     a scan that must not become a reading  -> journal the refusal
├── ModelAnswerError     a graph that gives no reading          -> keep the scan, tell
├── JournalError         the journal cannot be read or written  -> keep the file, retry
│   └── JournalFullError the disk has no room left              -> keep the file, retry
├── OutputLostError      what is told cannot be written         -> stop
├── RefusedUpdateError   a package that must not be trusted     -> keep the old model
├── PackageUnusableError a package that a person named          -> tell, read nothing
└── UnreachableError     the model repository does not answer   -> try again later
"""


class EdgeError(Exception):
    """Anything that the agent expects may go wrong."""


class SettingsError(EdgeError):
    """The settings are missing, unreadable or say something unknown."""


class AlreadyRunningError(EdgeError):
    """Another agent runs on the same state folder."""


class InputError(EdgeError):
    """A label or table that somebody entered cannot be taken."""


class ScanRefusedError(EdgeError):
    """A scan that cannot be read or must not be trusted."""


class ModelAnswerError(EdgeError):
    """A model that has proved itself gives no reading for a scan."""


class JournalError(EdgeError):
    """The journal cannot be opened, read or written now."""


class JournalFullError(JournalError):
    """The disk under the journal is full."""


class OutputLostError(EdgeError):
    """Whatever the output goes to takes no more."""


class RefusedUpdateError(EdgeError):
    """What the repository offers must not be trusted."""


class PackageUnusableError(EdgeError):
    """A package that somebody named cannot be read or not be used here."""


class UnreachableError(EdgeError):
    """The repository does not answer, or not completely."""
