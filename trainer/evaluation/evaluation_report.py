"""The page that compares methods: one HTML file, nothing outside.

Every figure in it is computed from the record given; the template only places them.
"""

from collections import Counter
from collections.abc import Mapping

from markupsafe import Markup

from protocols.units import unit_of
from trainer.evaluation.agreement_panel import every_so_many
from trainer.evaluation.evaluation_doubts import doubts_of
from trainer.evaluation.evaluation_figures import MOST_PANELS, library_figure
from trainer.evaluation.evaluation_result import Evaluation
from trainer.evaluation.judged_soils import JudgedSoils
from trainer.evaluation.report_page import page_template
from trainer.evaluation.score_tables import FIGURES, MOST_FARMS, number, overview
from trainer.evaluation.target_section import section_of
from trainer.library.spectral_library import SpectralLibrary

TEMPLATE = "evaluation_report.html"


def render_evaluation(
    evaluation: Evaluation,
    first_seed: Mapping[str, JudgedSoils],
    library: SpectralLibrary,
) -> str:
    """Return the page; `first_seed` holds what each method told with seed 0."""
    targets = [target.name for target in evaluation.targets]
    sections = [
        section_of(evaluation, first_seed, column)
        for column in range(len(targets))
        if evaluation.methods
    ]
    return page_template(TEMPLATE).render(
        evaluation=evaluation,
        headline=sections[0].verdict if sections else "No method finished",
        doubts=tuple(doubts_of(evaluation)),
        heads=[f"{target}, {unit_of(target)}" for target in targets],
        overview=overview(evaluation),
        figure_heads=FIGURES,
        sections=sections,
        failures=Counter((one.method, one.reason) for one in evaluation.failures),
        drawn_one_in=every_so_many(evaluation.library.soils),
        most_farms=MOST_FARMS,
        most_panels=MOST_PANELS,
        costs=[
            (one.name, one.summary, number(one.fit_s), number(one.predict_ms))
            for one in evaluation.methods
        ],
        spectra=Markup(library_figure(library)),  # noqa: S704 - our own SVG
    )
