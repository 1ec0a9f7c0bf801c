"""The page that all reports share: their style, and how a template becomes one page."""

from functools import cache
from pathlib import Path

import jinja2

FOLDER = Path(__file__).parent


@cache
def page_template(name: str) -> jinja2.Template:
    """Return the report's template, which extends `report_page.html`."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template(name)
