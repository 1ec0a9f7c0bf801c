"""A library as one HTML page that needs nothing beside it."""

from pathlib import Path

from jinja2 import Environment, StrictUndefined

from protocols.units import unit_of
from trainer.durable_files import write_durably
from trainer.errors import LibraryError
from trainer.figure_style import as_svg
from trainer.library.library_drawing import as_png, draw_library
from trainer.library.library_listing import repeated_line, skipped_lines
from trainer.library.library_summary import telling_lines
from trainer.library.spectral_library import SpectralLibrary
from trainer.library.storage.library_manifest import LibraryManifest

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ library.name }}: what is inside</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; color: #2b2622; background: #fbf9f6;
  max-width: 70rem; margin: 2rem auto; padding: 0 1.5rem; }
h1 { margin: 0 0 .2rem; } h2 { margin: 2rem 0 .5rem; font-size: 1.1rem; }
.facts { color: #6d655c; margin: 0 0 1.5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; color: #6d655c; font-weight: 600; }
th, td { padding: .3rem .7rem; border-bottom: 1px solid #e8e2d9; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
svg { width: 100%; height: auto; } code { font-size: .92em; }
</style></head><body>
<h1>{{ library.name }}</h1>
<p class="facts">{{ library.soils | length }} soils of {{ library.farm_names | length }}
farms in {{ groups }} groups · {{ "%g" | format(library.grid.first) }} to
{{ "%g" | format(library.grid.last) }} {{ library.grid.unit }}, step
{{ "%g" | format(library.grid.step) }} · {{ library.licence }} ·
sha256 <code>{{ library.digest[:16] }}</code></p>
{{ drawing | safe }}
{% if told %}<h2>To know</h2><ul>{% for line in told %}<li>{{ line }}</li>{% endfor %}
</ul>{% endif %}
<h2>Farms</h2><div class="scroll"><table><tr><th>farm</th><th>property</th><th>unit</th>
<th class="number">soils</th><th class="number">analysed</th>
<th class="number">mean</th><th class="number">least</th><th class="number">most</th>
</tr>{% for one in farms %}<tr><td>{{ one.farm }}</td><td><code>{{ one.target }}</code>
</td><td>{{ unit_of(one.target) }}</td><td class="number">{{ one.soils }}</td>
<td class="number">{{ one.analysed }}</td>
{% for number in (one.mean, one.least, one.most) %}<td class="number">
{{- "%.2f" | format(number) }}</td>{% endfor %}</tr>{% endfor %}</table></div>
{% if manifest %}<h2>Sources, and what was recognised</h2><div class="scroll"><table>
<tr><th>source</th><th>part</th><th>read as</th><th>because</th></tr>
{% for source in manifest.sources %}{% for one in source.findings %}<tr>
<td>{{ source.name if loop.first }}</td><td>{{ one.subject }}</td>
<td>{{ one.verdict }}</td><td>{{ one.evidence }}</td></tr>
{% endfor %}{% endfor %}</table></div>{% endif %}
</body></html>
"""


def write_drawing(
    library: SpectralLibrary, manifest: LibraryManifest | None, path: Path
) -> None:
    """Draw the library into a `.png` or an `.html` file."""
    if path.suffix not in (".png", ".html"):
        raise LibraryError(
            f"expected a drawing that ends with .png or .html, found {path.name}"
        )
    figure = draw_library(library)
    if path.suffix == ".png":
        write_durably(path, as_png(figure))
        return
    drawing = as_svg(figure, "spectra, laboratory values and places of the library")
    write_durably(path, _page_of(library, manifest, drawing).encode())


def _page_of(
    library: SpectralLibrary, manifest: LibraryManifest | None, drawing: str
) -> str:
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    told = list(library.remarks)
    if manifest:
        told += [line for one in manifest.sources for line in skipped_lines(one)]
        told.append(repeated_line(manifest.repeated))
    return environment.from_string(_PAGE).render(
        library=library,
        manifest=manifest,
        drawing=drawing,
        farms=telling_lines(library),
        groups=len(set(library.groups)),
        told=told,
        unit_of=unit_of,
    )
