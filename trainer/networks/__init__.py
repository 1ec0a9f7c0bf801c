"""Neural networks for spectra, as records that build to torch modules."""
