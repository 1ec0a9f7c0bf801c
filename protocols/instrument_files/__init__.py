"""Readers of instrument files, one file a maker, the same in the cloud and on a device.

Bytes in, a scan and what its file says of it out, or an `InstrumentFileError`. Nothing
is guessed: what a file does not say is left open for the caller to recognise or refuse.
"""
