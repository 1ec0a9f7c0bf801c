"""Everything that can be wrong with what crosses the border.

ProtocolError
├── IdentifierError  a name, id or topic that is not one of ours   -> reject it
├── MessageError     bytes that are no message of this version     -> quarantine it
├── SpectrumError    a spectrum that cannot be packed or resampled -> refuse the scan
├── SeriesError      observations that make no series           -> refuse the place
├── InstrumentFileError  a scan file that cannot be read surely    -> refuse the scan
├── UnitError        a value in a unit its property does not have  -> reject it
└── PackageError     a package that must not be trusted            -> keep the old one
"""


class ProtocolError(Exception):
    """Anything that breaks an agreement between cloud and device."""


class IdentifierError(ProtocolError):
    """A name, record id, digest or topic is malformed."""


class MessageError(ProtocolError):
    """A body does not decode to a message, or is larger than a message may be."""


class SpectrumError(ProtocolError):
    """A spectrum is malformed, or its axis does not reach where it must."""


class SeriesError(ProtocolError):
    """Observations of a place do not fit the season that they are put into."""


class InstrumentFileError(ProtocolError):
    """A scan file is damaged, too large, or does not say enough to be believed."""


class UnitError(ProtocolError):
    """A value comes in a unit that its soil property is not measured in."""


class PackageError(ProtocolError):
    """A model package is malformed, damaged, too large or of an unknown version."""
