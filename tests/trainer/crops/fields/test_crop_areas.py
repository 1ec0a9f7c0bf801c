"""Areas know how the map errs, and their intervals hold the truth."""

import numpy as np
import pytest

from trainer.crops.fields.crop_areas import JudgedPixels, crop_areas

LEGEND = ("deforestation", "gain", "stable forest", "stable other")
MAPPED_PIXELS = np.array([200_000, 150_000, 3_200_000, 6_450_000])
HECTARES = 0.09
CONFUSED = np.array([[66, 0, 5, 4], [0, 55, 8, 12], [1, 0, 153, 11], [2, 1, 9, 313]])


def judged_of(counts: np.ndarray) -> JudgedPixels:
    told, grown = np.divmod(np.arange(counts.size), len(counts))
    each = counts.ravel()
    count = int(each.sum())
    return JudgedPixels(np.repeat(told, each), np.repeat(grown, each), np.arange(count))


def test_published_example_comes_out() -> None:
    # Olofsson et al. (2014), section 5: hectares and their 95 % margins.
    areas = crop_areas(HECTARES * MAPPED_PIXELS, judged_of(CONFUSED), LEGEND, 0.95)

    assert [round(one.area_ha) for one in areas] == [21158, 11686, 285770, 581386]
    margins = [round((one.high_ha - one.low_ha) / 2) for one in areas]
    assert margins == pytest.approx([6158, 3756, 15510, 16282], abs=1)


def test_areas_add_up_to_the_region() -> None:
    areas = crop_areas(HECTARES * MAPPED_PIXELS, judged_of(CONFUSED), LEGEND)

    assert sum(one.area_ha for one in areas) == pytest.approx(900_000)


def drawn(
    random: np.random.Generator, fields: int, pixels: int
) -> tuple[np.ndarray, np.ndarray, JudgedPixels]:
    """Make a region of fields told wrong as a whole, and judge some others."""
    confusion = np.array([[0.9, 0.1, 0.0], [0.25, 0.7, 0.05], [0.0, 0.1, 0.9]])

    def told_of(grown: np.ndarray) -> np.ndarray:
        drawn = random.uniform(size=(len(grown), 1))
        told: np.ndarray = (confusion[grown].cumsum(axis=1) < drawn).sum(axis=1)
        return told

    region = random.choice(3, 2000, p=[0.6, 0.3, 0.1])
    held = random.choice(3, fields, p=[0.6, 0.3, 0.1])
    judged = JudgedPixels(
        np.repeat(told_of(held), pixels),
        np.repeat(held, pixels),
        np.repeat(np.arange(fields), pixels),
    )
    mapped = np.bincount(told_of(region), minlength=3)
    return mapped, np.bincount(region, minlength=3), judged


@pytest.mark.parametrize("pixels", [1, 25])
def test_intervals_hold_the_true_area_nine_times_of_ten(pixels: int) -> None:
    random, held, mapped_b, told_b, true_b = np.random.default_rng(0), [], [], [], []
    for _ in range(200):
        mapped, truth, judged = drawn(random, 150, pixels)
        areas = crop_areas(mapped.astype(float), judged, ("a", "b", "c"))
        inside = [
            one.low_ha <= true <= one.high_ha
            for one, true in zip(areas, truth, strict=True)
        ]
        held.append(inside)
        mapped_b.append(mapped[1])
        told_b.append(areas[1].area_ha)
        true_b.append(truth[1])

    assert (np.mean(held, axis=0) >= 0.85).all()
    assert np.mean(told_b) == pytest.approx(np.mean(true_b), rel=0.02)
    assert np.mean(mapped_b) < 0.96 * np.mean(true_b)


def test_pixels_of_a_field_do_not_narrow_the_interval() -> None:
    random = np.random.default_rng(1)
    mapped, _, judged = drawn(random, 150, 1)
    copied = JudgedPixels(
        *(np.repeat(one, 40) for one in (judged.told, judged.grown, judged.fields))
    )

    once, often = (
        crop_areas(mapped.astype(float), one, ("a", "b", "c"))
        for one in (judged, copied)
    )

    for one, other in zip(once, often, strict=True):
        assert one.standard_error_ha == pytest.approx(other.standard_error_ha)


def test_class_that_was_never_held_back_is_said_to_be_unjudged() -> None:
    counts = CONFUSED.copy()
    counts[1] = 0

    areas = crop_areas(HECTARES * MAPPED_PIXELS, judged_of(counts), LEGEND)

    assert [one.is_judged for one in areas] == [True, False, True, True]
    assert areas[1].low_ha == 0
    assert areas[1].high_ha > areas[1].mapped_ha


def test_region_without_an_error_seen_is_not_told_for_certain() -> None:
    perfect = judged_of(np.diag([10, 10, 10, 10]))

    areas = crop_areas(HECTARES * MAPPED_PIXELS, perfect, LEGEND)

    assert all(one.high_ha > one.area_ha > one.low_ha for one in areas)
