"""What the cloud and the device agree on: messages, topics, spectra, model packages.

Rests on the standard library, msgspec and numpy, and on neither side that uses it.
Messages and topics never load numpy, so that a supervisor can stay small.
"""
