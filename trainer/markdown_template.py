"""Templates of Markdown pages: what is missing is an error, and nothing is escaped."""

from functools import cache
from pathlib import Path

import jinja2


@cache
def markdown_template(path: Path) -> jinja2.Template:
    """Return the template in the file at `path`."""
    # Markdown, not HTML: escaping would show as it is.
    environment = jinja2.Environment(
        autoescape=False,  # noqa: S701 - the page is plain text
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    return environment.from_string(path.read_text(encoding="utf-8"))
