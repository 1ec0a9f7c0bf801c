"""Calibrations: how spectra become soil properties, with intervals and a domain."""
