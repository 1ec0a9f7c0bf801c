"""Everything that can go wrong in the cloud, as one tree.

TerroirError
├── LibraryError      soils, spectra or units that do not fit  -> correct the source
├── CalibrationError  too little or senseless data to learn    -> bring other soils
├── EvaluationError   a comparison that would mislead          -> correct the order
├── EngineError       work cannot be spread as asked           -> install, or run here
├── ExportError       a graph that differs from its model      -> publish nothing
├── SettingsError     cloud.toml or the environment is wrong   -> correct the field
├── WorkspaceError    a folder is there already, or is not     -> choose another one
├── IdentityError     a certificate that cannot be issued      -> correct the name
├── StoreError        the sample store does not answer         -> try again later
├── RepositoryError   a package or metadata not to be trusted  -> publish nothing
└── BrokerError       the broker does not take the connection  -> check it, try again
"""


class TerroirError(Exception):
    """Anything the trainer refuses or fails at, with the next step in its message."""


class LibraryError(TerroirError):
    """Soils, spectra or units do not fit together, or are not what they claim."""


class CalibrationError(TerroirError):
    """There is too little to learn from, or it makes no sense."""


class EvaluationError(TerroirError):
    """What was asked to be compared is unknown, or the comparison would mislead."""


class EngineError(TerroirError):
    """Many jobs cannot be run in the way that was asked for."""


class ExportError(TerroirError):
    """An exported graph does not answer as the model that it came from."""


class SettingsError(TerroirError):
    """A setting is unknown, missing or of the wrong type."""


class WorkspaceError(TerroirError):
    """A folder exists where a new one was asked for, or lacks what it must hold."""


class IdentityError(TerroirError):
    """A certificate cannot be issued, or the authority cannot be read."""


class StoreError(TerroirError):
    """The sample store does not answer or cannot write; nothing was committed."""


class RepositoryError(TerroirError):
    """The model repository refuses a package, or its own files are not in order."""


class BrokerError(TerroirError):
    """The broker cannot be reached, or refuses this certificate."""
