"""The page about a model that a person reads, written from its manifest alone."""

from functools import cache
from pathlib import Path

import jinja2

from protocols.model_manifest import ModelManifest

TEMPLATE = Path(__file__).with_name("model_card.md")


def model_card(manifest: ModelManifest, remarks: tuple[str, ...]) -> str:
    """Return the card as Markdown."""
    return _template().render(manifest=manifest, remarks=remarks)


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
