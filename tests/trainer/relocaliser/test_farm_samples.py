"""Labels meet their scans by sample id, on the library's grid."""

import numpy as np
import pytest

from protocols.messages import ScanSample
from protocols.spectrum import pack, spectrum_of
from protocols.wavelength_grid import WavelengthGrid
from tests.protocols.sample_messages import TARGET, id_of, label_of, scan_of
from trainer.relocaliser.farm_samples import join_samples

GRID = WavelengthGrid(first=400.0, step=10.0, bands=4)
AXIS = np.arange(390.0, 445.0, 5.0)


def flat_scan(
    sample: str, level: float, record: int, axis: np.ndarray = AXIS
) -> ScanSample:
    packed = pack(spectrum_of(axis, np.full(axis.shape, level)), "float32")
    scan = scan_of(record=id_of(record), sample=sample)
    return ScanSample(
        id=scan.id,
        at=scan.at,
        tenant=scan.tenant,
        farm=scan.farm,
        device=scan.device,
        sample=sample,
        instrument=scan.instrument,
        spectrum=packed,
    )


def test_scans_of_a_sample_are_averaged_on_the_grid() -> None:
    scans = [flat_scan("a", 0.25, 1), flat_scan("a", 0.75, 2), flat_scan("b", 0.5, 3)]
    labels = [label_of(sample="b", value=2.0), label_of(sample="a", value=1.0)]

    farm = join_samples(labels, scans, GRID, (TARGET,))

    assert farm.samples == ("a", "b")
    np.testing.assert_allclose(farm.spectra, np.full((2, 4), 0.5), rtol=1e-6)
    np.testing.assert_array_equal(farm.values, [[1.0], [2.0]])


def test_label_without_a_scan_waits() -> None:
    farm = join_samples([label_of(sample="a")], [], GRID, (TARGET,))

    assert farm.samples == ()
    assert farm.spectra.shape == (0, 4)
    assert farm.values.shape == (0, 1)


def test_label_of_another_property_is_not_a_soil_of_this_model() -> None:
    scans = [flat_scan("a", 0.25, 1)]

    farm = join_samples(
        [label_of(sample="a")], scans, GRID, ("ph.h2o_usda.a268_index",)
    )

    assert farm.samples == ()


@pytest.mark.parametrize(
    "bad",
    [flat_scan("a", 0.25, 1, AXIS + 100), flat_scan("a", 45.0, 1)],
    ids=["too short", "in percent"],
)
def test_bad_scan_is_left_out_and_the_others_stay(bad: ScanSample) -> None:
    scans = [bad, flat_scan("a", 0.5, 2)]

    farm = join_samples([label_of(sample="a")], scans, GRID, (TARGET,))

    np.testing.assert_allclose(farm.spectra, np.full((1, 4), 0.5), rtol=1e-6)
