"""From a crop model and its series to the package that gateways install."""

from torch import nn

from protocols.golden_vectors import GoldenVectors
from protocols.model_package import CARD, build_package
from trainer.crops.model.crop_model import CropModel
from trainer.crops.model.model_folder import CropModelAbout
from trainer.crops.packages.crop_card import crop_card
from trainer.crops.packages.crop_manifest_of import crop_manifest_of
from trainer.crops.packages.crop_package_order import CropPackageOrder
from trainer.crops.packages.known_series import KnownSeries
from trainer.crops.packages.proof_places import proof_places
from trainer.crops.series.series_set import SeriesSet
from trainer.export.export_parity import answer_of
from trainer.export.exported_model import export_model
from trainer.export.golden_series import choose_golden_series
from trainer.export.proof_series import ProofSeries


def make_crop_package(
    model: CropModel,
    about: CropModelAbout,
    known: KnownSeries,
    series: SeriesSet,
    order: CropPackageOrder,
) -> bytes:
    """Export, prove and pack; the same inputs give the same bytes."""
    proof = proof_places(series, about.grid)
    spreads = (1.0,) * len(about.legend)
    exported = export_model(model, proof, spreads, order.budget)
    manifest = crop_manifest_of(about, known, order, exported.artefacts)
    card = crop_card(manifest, about.figures.classes, exported.sentences)
    golden = golden_series(model, proof).to_members()
    members = {**exported.members, CARD: card.encode(), **golden}
    return build_package(manifest, members)


def golden_series(model: nn.Module, proof: ProofSeries) -> GoldenVectors:
    """Return golden vectors: of series that judged every graph, and of strange ones."""
    value = answer_of(model, *proof.asked).value
    chosen = choose_golden_series(proof, value)
    inputs = dict(zip(proof.signature.names, chosen, strict=True))
    return GoldenVectors(inputs, answer_of(model, *chosen))
