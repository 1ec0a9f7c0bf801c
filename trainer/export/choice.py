"""Which of the graphs that were tried goes into the package, and why.

The smallest of those allowed. Where others are about as small, the one that more
runtimes run, then the one that is off by less: a few bytes are worth neither.
"""

import math
from collections.abc import Sequence
from typing import Literal

from protocols.package_manifest import Artefact
from trainer.export.draft import Draft
from trainer.export.proof_inputs import SCAN_WORDS, ProofWords

ABOUT_AS_SMALL = 1.05
MARGIN = 2.0
"""Golden answers may be off by so many times the worst that was measured."""

LEAST_TOLERANCE, MOST_TOLERANCE = 0.001, 0.1
TITLES = {"onnx": "ONNX", "tflite": "TensorFlow Lite"}
MEMBERS: dict[str, Literal["model.onnx", "model.tflite"]] = {
    "onnx": "model.onnx",
    "tflite": "model.tflite",
}
KILOBYTE = 1000


def chosen_of(drafts: Sequence[Draft]) -> Draft | None:
    """Return the draft that is published; none where none is allowed."""
    allowed = [one for one in drafts if one.trial.allowed]
    if not allowed:
        return None
    least = min(one.trial.bytes for one in allowed)
    small = [one for one in allowed if one.trial.bytes <= ABOUT_AS_SMALL * least]
    return min(small, key=lambda one: (-len(one.way.runtimes), one.trial.error))


def artefact_of(draft: Draft) -> Artefact:
    """Return what the manifest says of a graph."""
    way, trial = draft.way, draft.trial
    return Artefact(
        member=MEMBERS[way.format],
        precision=way.precision,
        runtimes=way.runtimes,
        method=way.method,
        most_scans=1 if way.format == "tflite" else trial.most_scans,
        tolerance=tolerance_for(trial.worst),
        error=_rounded_up(trial.error),
        worst_error=_rounded_up(trial.worst),
    )


def tolerance_for(worst: float) -> float:
    """Return how far golden answers may be off where the worst was this."""
    return min(max(LEAST_TOLERANCE, _rounded_up(MARGIN * worst)), MOST_TOLERANCE)


def sentences_about(
    drafts: Sequence[Draft], count: int, words: ProofWords = SCAN_WORDS
) -> str:
    """Return what was chosen of one format, and why not the others."""
    chosen, title = chosen_of(drafts), TITLES[drafts[0].way.format]
    refused = [one for one in drafts if not one.trial.allowed]
    others = "; ".join(f"{one.way.name} ({one.trial.reason})" for one in refused)
    if chosen is None:
        return f"{title}: none; {others}."
    trial = chosen.trial
    told = (
        f"{title}: {chosen.way.name}, {_size(trial.bytes)}, {_why(drafts, chosen)}; "
        f"off by {trial.error:.2g} {words.unit} (root mean square) and "
        f"{trial.worst:.2g} {words.unit} at worst on {count} {words.several} set apart"
    )
    return f"{told}. Refused: {others}." if others else f"{told}."


def _why(drafts: Sequence[Draft], chosen: Draft) -> str:
    allowed = [one.trial.bytes for one in drafts if one.trial.allowed]
    if len(drafts) == 1:
        return "small enough as it is"
    if len(allowed) == 1:
        return "the only one allowed so far"
    largest = max(allowed)
    if chosen.trial.bytes == largest:
        return "as small as any that is allowed"
    return f"the smallest allowed, of {len(allowed)} up to {_size(largest)}"


def _size(count: int) -> str:
    kilobytes = count / KILOBYTE
    if kilobytes < KILOBYTE:
        return f"{kilobytes:.3g} kB"
    return f"{kilobytes / KILOBYTE:.3g} MB"


def _rounded_up(number: float) -> float:
    """Return a number with two digits, never less than it is."""
    if not number:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(number)) - 1)
    return float(f"{math.ceil(number / step - 1e-9) * step:.3g}")
