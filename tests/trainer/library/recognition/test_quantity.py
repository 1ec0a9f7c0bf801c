"""Fraction, percent and absorbance are told apart by size and shape, or not at all."""

import numpy as np
import pytest
from numpy.typing import NDArray

from protocols.instrument_files.instrument_scan import Quantity
from protocols.instrument_files.reflectance import as_fraction
from tests.trainer.library.made_tables import AXIS, made_reflectance
from trainer.errors import LibraryError
from trainer.library.recognition.quantity import recognise_quantity


def written_as(quantity: Quantity) -> NDArray[np.float32]:
    fraction = made_reflectance(40)
    return {
        "fraction": fraction,
        "percent": fraction * 100,
        "absorbance": -np.log10(fraction),
    }[quantity]


@pytest.mark.parametrize("quantity", ["fraction", "percent", "absorbance"])
def test_the_quantity_is_told_and_undone(quantity: Quantity) -> None:
    spectra = written_as(quantity)

    told, _ = recognise_quantity(spectra, AXIS)

    assert told == quantity
    np.testing.assert_allclose(
        as_fraction(spectra, told), made_reflectance(40), rtol=1e-5
    )


def test_the_evidence_says_range_and_shapes() -> None:
    _, finding = recognise_quantity(written_as("absorbance"), AXIS)

    assert "median" in finding.evidence
    assert "shapes peak" in finding.evidence


def test_a_fraction_without_any_shape_is_refused() -> None:
    flat = np.full((10, AXIS.size), 0.4, np.float32)

    with pytest.raises(LibraryError, match="state `quantity` in a map"):
        recognise_quantity(flat, AXIS)


def test_a_mixture_of_fraction_and_absorbance_is_refused() -> None:
    mixed = np.concatenate([written_as("fraction"), written_as("absorbance")])

    with pytest.raises(LibraryError, match="found values"):
        recognise_quantity(mixed, AXIS)


def test_a_statement_is_believed_where_it_is_possible() -> None:
    flat = np.full((10, AXIS.size), 0.4, np.float32)

    assert recognise_quantity(flat, AXIS, "fraction")[0] == "fraction"


@pytest.mark.parametrize("stated", ["fraction", "absorbance"])
def test_a_statement_that_cannot_be_is_refused(stated: Quantity) -> None:
    with pytest.raises(LibraryError, match=f"expected {stated}, as is stated"):
        recognise_quantity(written_as("percent"), AXIS, stated)


def test_scans_with_gaps_decide_nothing() -> None:
    spectra = written_as("percent").copy()
    spectra[0, :] = np.nan

    assert recognise_quantity(spectra, AXIS)[0] == "percent"


def test_nothing_but_gaps_is_refused() -> None:
    with pytest.raises(LibraryError, match="without gaps"):
        recognise_quantity(np.full((3, AXIS.size), np.nan, np.float32), AXIS)
