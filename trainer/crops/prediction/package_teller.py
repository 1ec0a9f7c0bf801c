"""A packed crop model, run by onnxruntime as a gateway runs it."""

from dataclasses import dataclass
from pathlib import Path

from protocols.crop_manifest import CropManifest
from protocols.graph_contract import DAYS, MASK, SERIES
from protocols.model_package import read_package
from protocols.season_grid import SeasonGrid
from trainer.crops.prediction.batched_answers import AT_ONCE, Array, batched_answers
from trainer.crops.prediction.crop_answers import CropAnswers
from trainer.crops.series.series_set import SeriesBatch
from trainer.errors import LibraryError
from trainer.export.export_parity import LoadedGraph

ONNX = "model.onnx"


@dataclass(frozen=True)
class PackageTeller:
    """Tells crops by the graph of a package.

    Attributes:
        graph: From series, days and mask to the answers.
        manifest: What the package says of it.
        digest: Of the package.
        at_once: How many series are computed together.
    """

    graph: LoadedGraph
    manifest: CropManifest
    digest: str
    at_once: int

    @property
    def grid(self) -> SeasonGrid:
        """The season that it looks at."""
        return self.manifest.season

    @property
    def legend(self) -> tuple[str, ...]:
        """The classes it tells apart."""
        return tuple(one.name for one in self.manifest.classes)

    @property
    def learned_from(self) -> str:
        """Names the series that it learned from; empty where unknown."""
        sources = self.manifest.learned_from
        return f"sha256:{sources[0].digest}" if sources else ""

    def threshold_on(self, day: int) -> float:
        """Return the threshold that the package has for a day."""
        return self.manifest.likely.threshold_on(day)

    def tell(self, batch: SeriesBatch) -> CropAnswers:
        """Answer series that lie on the model's grid."""
        return batched_answers(batch, self.at_once, self._ask)

    def _ask(self, series: Array, days: Array, mask: Array) -> tuple[Array, ...]:
        told = self.graph.answer(series, days, mask)
        return told.value, told.low, told.high, told.novelty


def open_package(path: Path) -> PackageTeller:
    """Open a package with a crop model and a graph for onnxruntime."""
    package = read_package(path)
    manifest = package.crops
    graph = package.members.get(ONNX)
    if graph is None:
        raise LibraryError(
            f"expected a package with {ONNX}, found {path} without; export it with "
            "`--format onnx`"
        )
    most = next(
        (one.most_scans for one in manifest.artefacts if one.member == ONNX), None
    )
    return PackageTeller(
        graph=LoadedGraph(graph, (SERIES, DAYS, MASK)),
        manifest=manifest,
        digest=f"sha256:{package.digest.removeprefix('sha256:')}",
        at_once=min(most or AT_ONCE, AT_ONCE),
    )
