"""The strong local average as a member: farm by farm, never seeing what it tells."""

from dataclasses import replace

import numpy as np

from tests.trainer.localisation.made_soils import made_farm, made_knowledge
from trainer.calibrations.average import Average
from trainer.calibrations.calibration import Soils
from trainer.localisation.farm_model import localise
from trainer.localisation.members.average_member import SEED, AverageMember

KEPT, OUT = np.arange(20), np.arange(20, 26)


def soils(start: int) -> Soils:
    farm = made_farm(26, start)
    return Soils(
        spectra=farm.spectra,
        values=farm.values[:, :1],
        groups=farm.samples,
        grid=made_knowledge().grid,
        targets=("value",),
    )


def test_each_farm_is_told_what_the_average_on_its_kept_soils_says() -> None:
    farms = [soils(0), soils(40)]

    answer = AverageMember(farms).fit(KEPT).answer(OUT)

    for farm, told in zip(farms, answer, strict=True):
        alone = Average().fit(farm.take(KEPT), SEED).predict(farm.spectra[OUT])
        np.testing.assert_allclose(told, alone[:, 0], rtol=1e-10)


def test_a_label_left_out_changes_nothing() -> None:
    farm = soils(0)
    values = farm.values.copy()
    values[OUT] *= 100

    before = AverageMember([farm]).fit(KEPT).answer(OUT)
    after = AverageMember([replace(farm, values=values)]).fit(KEPT).answer(OUT)

    np.testing.assert_array_equal(before, after)


def test_with_many_labels_the_average_stands_for_the_local_members() -> None:
    (fit,) = localise(made_knowledge(), made_farm(70)).fits

    names = [name for name, _ in fit.decision.members]
    assert "strong local average" in names
    assert not {"ridge", "processes", "machine"} & set(names)
