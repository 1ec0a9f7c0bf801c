"""The page that all reports share: their style, and how a template becomes one page."""

from functools import cache
from pathlib import Path

import jinja2

FOLDER = Path(__file__).parent


@cache
def page_template(name: str, folder: Path = FOLDER) -> jinja2.Template:
    """Return the template in `folder`; it extends `report_page.html`."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader((folder, FOLDER)),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template(name)
