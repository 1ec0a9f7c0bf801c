"""A grid as people write it: `420:2450:10`, or `600:4000:2:cm-1`."""

import re

import msgspec

from protocols.wavelength_grid import WavelengthGrid
from trainer.errors import LibraryError

PATTERN = re.compile(r"^([\d.]+):([\d.]+):([\d.]+)(?::(nm|cm-1))?$")
WHOLE_WITHIN = 1e-6


def parse_grid(text: str) -> WavelengthGrid:
    """Return the grid from the first band to the last by the step."""
    found = PATTERN.match(text)
    if not found:
        raise LibraryError(
            f"expected a grid such as 420:2450:10 or 600:4000:2:cm-1, found {text!r}"
        )
    try:
        first, last, step = (float(one) for one in found.groups()[:3])
        steps = (last - first) / step
        if abs(steps - round(steps)) > WHOLE_WITHIN:
            raise LibraryError(
                f"expected whole steps from the first band to the last, found "
                f"{steps:g} in {text!r}"
            )
        fields = {"first": first, "step": step, "bands": round(steps) + 1}
        unit = found.group(4) or "nm"
        return msgspec.convert({**fields, "unit": unit}, WavelengthGrid)
    except (ValueError, ZeroDivisionError, msgspec.ValidationError) as error:
        raise LibraryError(f"expected a grid of two bands or more: {error}") from error
