"""The page about a model that a person reads, written from its manifest.

Where the method was compared with others, what that found stands beside it.
"""

from functools import cache
from pathlib import Path

import jinja2

from protocols.model_manifest import ModelManifest

TEMPLATE = Path(__file__).with_name("model_card.md")


def model_card(
    manifest: ModelManifest, remarks: tuple[str, ...], evidence: str = ""
) -> str:
    """Return the card as Markdown.

    `evidence` is what a comparison found of the model's method, as
    `trainer.evaluation.method_card.evidence_section` words it.
    """
    return _template().render(manifest=manifest, remarks=remarks, evidence=evidence)


@cache
def _template() -> jinja2.Template:
    # Markdown, not HTML: escaping would show as it is.
    environment = jinja2.Environment(
        autoescape=False,  # noqa: S701 - the card is plain text
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
