"""A library on disk as a folder: Parquet to keep, a flat file of spectra to map."""
