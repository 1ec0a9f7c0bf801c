"""The seam between a model graph and whatever runs it, and the check of every runtime.

One scan or place at a time: some graphs answer differently depending on what else is
in a batch.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edge_agent.errors import RefusedUpdateError
from protocols.errors import PackageError
from protocols.golden_vectors import (
    GraphAnswer,
    golden_from_members,
    joined_answers,
    largest_difference,
)
from protocols.model_package import ModelPackage
from protocols.package_manifest import PackageManifest


class GraphRuntime(Protocol):
    """Runs one graph that keeps to `protocols.graph_contract`."""

    def run(self, *inputs: NDArray[np.float32]) -> GraphAnswer:
        """Return the answer to one scan or place: arrays whose first size is 1."""
        ...


def check_on_golden_vectors(
    runtime: GraphRuntime, package: ModelPackage, tolerance: float
) -> None:
    """Refuse a package whose graph answers differently here than where it was made."""
    manifest = package.manifest
    try:
        golden = golden_from_members(package.members, manifest)
    except PackageError as error:
        raise RefusedUpdateError(str(error)) from error
    found = joined_answers([runtime.run(*asked) for asked in golden.questions])
    _check_shapes(golden.answer, found)
    difference = largest_difference(golden.answer, found, manifest)
    if difference > tolerance:
        raise RefusedUpdateError(
            f"expected golden answers within {tolerance:g} {manifest.measure}, found "
            f"{difference:.3g}; this runtime cannot be trusted with this model"
        )


def check_is_for(manifest: PackageManifest, tenant: str, farm: str) -> None:
    """Refuse a package that was made for somebody else."""
    if (manifest.tenant, manifest.farm) != (tenant, farm):
        raise RefusedUpdateError(
            f"expected a model for {tenant}/{farm}, "
            f"found one for {manifest.tenant}/{manifest.farm}"
        )


def _check_shapes(golden: GraphAnswer, found: GraphAnswer) -> None:
    expected = (golden.value.shape, golden.low.shape, golden.high.shape)
    shapes = (found.value.shape, found.low.shape, found.high.shape)
    if expected != shapes or golden.novelty.shape != found.novelty.shape:
        raise RefusedUpdateError(
            f"expected answers shaped {expected} and {golden.novelty.shape}, "
            f"found {shapes} and {found.novelty.shape}"
        )
