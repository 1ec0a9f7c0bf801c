"""What is asked of every farm that is localised, alone or in a fleet."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Literal

from trainer.export.export_budget import ExportBudget
from trainer.localisation.package.package_order import ANY_ONNX, PackageOrder

CODE_VERSION = version("terroir")


Method = Literal["auto", "local", "library"]
"""The guard's choice, the farm's labels alone, or the library without the labels."""


@dataclass(frozen=True)
class LocalisationOrder:
    """For whom, how and when.

    Attributes:
        tenant: Whose farms they are.
        method: What answers: chosen by the guard, or one method by name.
        seed: Seeds every choice by chance.
        made_at: The time that packages say.
        budget: What their graphs may cost.
    """

    tenant: str
    method: Method
    seed: int
    made_at: datetime
    budget: ExportBudget = ANY_ONNX

    def package_order(self, farm: str) -> PackageOrder:
        """Return the order for one farm's first package."""
        return PackageOrder(
            self.tenant, farm, None, self.made_at, self.seed, self.budget
        )

    def inputs_digest(self, knowledge: str, farm: str, source: str) -> str:
        """Return the sha256 of everything but the time that a package follows from."""
        parts = (CODE_VERSION, knowledge, self.tenant, self.method, str(self.seed))
        asked = (*parts, repr(self.budget), farm, source)
        return hashlib.sha256("\0".join(asked).encode()).hexdigest()
