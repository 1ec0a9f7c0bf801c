"""The page about a model that a person reads, written from its manifest.

Where the method was compared with others, what that found stands beside it.
"""

from pathlib import Path

from protocols.model_manifest import ModelManifest
from trainer.markdown_template import markdown_template

TEMPLATE = Path(__file__).with_name("model_card.md")


def model_card(
    manifest: ModelManifest,
    remarks: tuple[str, ...],
    evidence: str = "",
    graphs: tuple[str, ...] = (),
) -> str:
    """Return the card as Markdown.

    `evidence` is what a comparison found of the model's method, as
    `trainer.evaluation.method_card.evidence_section` words it; `graphs` is what an
    export chose and why.
    """
    return markdown_template(TEMPLATE).render(
        manifest=manifest, remarks=remarks, evidence=evidence, graphs=graphs
    )
