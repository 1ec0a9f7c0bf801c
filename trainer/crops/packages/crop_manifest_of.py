"""What a package of a crop model says of itself: filled in from the model's record."""

from importlib.metadata import version

from protocols.crop_manifest import (
    CropClass,
    CropManifest,
    CropMetrics,
    DayThreshold,
    LikelyClasses,
    PlaceDomain,
    ProbabilityInterval,
    SeriesSource,
)
from protocols.package_manifest import Artefact
from trainer.calibrations.applicability_domain import EDGE_QUANTILE
from trainer.calibrations.conformal import LEVEL
from trainer.crops.certainty.reliability import LEVEL as INTERVAL_LEVEL
from trainer.crops.model.model_folder import CropModelAbout
from trainer.crops.networks.crop_recipes import AttentionRecipe, RecurrentRecipe
from trainer.crops.packages.crop_package_order import CropPackageOrder
from trainer.crops.packages.known_series import KnownSeries

GOLDEN_TOLERANCE = 0.001
HELD_BACK = "places in boxes of land that no weight was learned from"
INTERVAL = (
    "how often series told with about that probability were of the class on places "
    "held back: Clopper and Pearson's interval by class and bin"
)
DOMAIN = (
    "Mahalanobis' distance of the network's embedding to the nearest class, shrunk "
    "covariance, over that which places held back stay under"
)


def crop_manifest_of(
    about: CropModelAbout,
    known: KnownSeries,
    order: CropPackageOrder,
    artefacts: tuple[Artefact, ...],
) -> CropManifest:
    """Return the manifest of a model, without its list of members."""
    places = about.figures.places
    return CropManifest(
        tenant=order.tenant,
        farm=order.farm,
        made_at=order.made_at,
        method=method_of(about),
        code_version=version("terroir"),
        parent=order.parent,
        season=about.grid,
        observations=known.observations,
        classes=tuple(
            CropClass(name=name, code=code)
            for name, code in zip(about.legend, known.codes, strict=True)
        ),
        interval=ProbabilityInterval(
            level=INTERVAL_LEVEL, method=INTERVAL, places=places
        ),
        likely=_likely(about, order),
        domain=PlaceDomain(method=DOMAIN, places=places, edge_quantile=EDGE_QUANTILE),
        metrics=(_metrics(about),),
        learned_from=(
            SeriesSource(
                name=known.name,
                digest=known.digest,
                places=known.places,
                licence=order.licence,
            ),
        ),
        artefacts=artefacts,
        golden_tolerance=GOLDEN_TOLERANCE,
    )


def method_of(about: CropModelAbout) -> str:
    """Name the network in a sentence."""
    recipe = about.recipe
    several = "" if about.members == 1 else f", {about.members} of them together"
    if isinstance(recipe, AttentionRecipe):
        kind = f"Attention over time on the real day, {recipe.width} wide"
    elif isinstance(recipe, RecurrentRecipe):
        kind = f"A recurrent network that knows how long gaps are, {recipe.width} wide"
    else:
        kind = f"The fourth system's published convolutions ({recipe.size})"
    return f"{kind}{several}; certainty fitted on places held back."


def _likely(about: CropModelAbout, order: CropPackageOrder) -> LikelyClasses:
    season = order.season
    pairs = zip(season.days, season.thresholds, strict=True) if season else ()
    return LikelyClasses(
        threshold=about.threshold,
        level=LEVEL,
        places=about.figures.places,
        by_day=tuple(DayThreshold(day=day, threshold=told) for day, told in pairs),
    )


def _metrics(about: CropModelAbout) -> CropMetrics:
    figures = about.figures
    return CropMetrics(
        split=HELD_BACK,
        places=figures.places,
        accuracy=figures.accuracy,
        macro_f1=figures.macro_f1,
        kappa=figures.kappa,
    )
