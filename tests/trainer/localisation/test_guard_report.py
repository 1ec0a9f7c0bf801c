"""The guard's report says what was trusted, whichever way it went."""

from dataclasses import replace

import numpy as np
import pytest

from trainer.localisation.guard_report.guard_report import guard_lines, render_guard
from trainer.localisation.guard_report.guard_story import (
    GuardStory,
    Opinion,
    SiteDistance,
    TargetStory,
)
from trainer.localisation.guard_report.guard_verdict import distance_told, verdict_of

OBSERVED = np.linspace(1.0, 3.0, 20)
LOCAL = Opinion("labels alone", "ridge and others", 0.4, 0.7, "the measure")
SITE = Opinion("nearest site", "its own model", 0.3, 0.3, "errs <b>less</b>")
HELPED = TargetStory(
    name="oc_usda.c729_w.pct",
    unit="%",
    labels=20,
    trusted=("The nearest site was trusted.",),
    opinions=(LOCAL, SITE),
    error=0.3,
    observed=OBSERVED,
    predicted=OBSERVED + 0.3,
    alone=OBSERVED + 0.4,
    half_width=0.6,
    level=0.9,
    measured_on="labels left out",
    sites=(SiteDistance("ul-120", 1.2), SiteDistance("cv-98", 9.0)),
)
HARMED = replace(
    HELPED, error=0.5, predicted=OBSERVED + 0.5, sites=(SiteDistance("cv-98", 9.0),)
)
UNSURE = replace(HELPED, alone=OBSERVED + 0.4 * np.where(np.arange(20) < 4, 2.2, 0.1))
UNLABELLED = replace(
    HELPED,
    labels=0,
    opinions=(),
    error=None,
    observed=np.zeros(0),
    predicted=np.zeros(0),
    alone=np.zeros(0),
    sites=(),
)


def story(target: TargetStory) -> GuardStory:
    return GuardStory(
        "home-farm", "made soils", "auto", ("look here",), ("dried",), (target,)
    )


@pytest.mark.parametrize(
    ("target", "verdict"),
    [
        (
            HELPED,
            "The library helps: 25% less error than labels alone; anything from",
        ),
        (HARMED, "The library harms: 25% more error than labels alone"),
        (UNSURE, "20 labels cannot tell whether the library helps: 25% less error"),
        (replace(HELPED, labels=2, error=None), "2 labels cannot tell how well"),
        (UNLABELLED, "No labels yet"),
    ],
)
def test_the_verdict_is_one_sentence(target: TargetStory, verdict: str) -> None:
    assert verdict in verdict_of(target)


def test_a_near_site_and_a_far_one_are_told_apart() -> None:
    assert "look like that site's own" in distance_told(HELPED)
    assert "look like no site of the library" in distance_told(HARMED)
    assert "cannot be told" in distance_told(UNLABELLED)


@pytest.mark.parametrize("target", [HELPED, HARMED, UNLABELLED])
def test_the_page_needs_nothing_outside_and_opens_with_the_verdict(
    target: TargetStory,
) -> None:
    page = render_guard(story(target))

    assert f"<h1>{verdict_of(target)}</h1>" in page
    assert "look here" in page
    assert 'src="http' not in page
    assert 'href="http' not in page
    assert page.count("<svg ") == (3 if target.labels else 0)


def test_words_of_a_record_are_never_markup() -> None:
    assert "errs &lt;b&gt;less&lt;/b&gt;" in render_guard(story(HELPED))


def test_the_terminal_hears_the_same() -> None:
    lines = list(guard_lines(story(HELPED)))

    assert lines[0] == f"{HELPED.name}: {verdict_of(HELPED)}."
    assert "  The nearest site was trusted." in lines
    assert "   30%  nearest site, error 0.3: errs <b>less</b>" in lines
    assert "plus or minus 0.6 %" in lines[-1]


def test_intervals_that_differ_are_told_as_those_of_usual_soils() -> None:
    local = replace(HELPED, half_widths=np.linspace(0.3, 0.9, 20))

    *_, told = guard_lines(story(local))

    assert "interval of a usual soil is plus or minus 0.6 %" in told
    assert "wider where the value is high" in told
    assert render_guard(story(local)) != render_guard(story(HELPED))
    np.testing.assert_array_equal(HELPED.reaches, np.full(20, 0.6))
