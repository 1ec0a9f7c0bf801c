"""The arms by the names that commands and reports use.

| name | what it does |
|---|---|
| `local:CALIBRATION` | the farm's labels alone |
| `global:CALIBRATION` | the library alone |
| `library@FARM,FARM:CALIBRATION` | some of the library's farms alone |
| `spiked:CALIBRATION` | library and farm, the farm's soils weighing more |
| `dtl-i:CALIBRATION` | RS-Local's instances and the farm's soils |
| `dtl-r:NETWORK` | pretrained on the library, convolutions frozen, the rest tuned |
| `dtl-ir:NETWORK` | the same, tuned on RS-Local's instances and the farm's soils |
| `frozen-trunk:NETWORK` | tuned from any depth on, chosen by labels held back |
| `memory-based` | memory-based learning on library and farm |
| `average` | the strong average of local calibrations |
| `auto` | what `terroir localise` does |
| `ARM+ARM` | the equal mean of arms |

CALIBRATION is any method of `terroir evaluate`, NETWORK one that is a network.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from trainer.calibrations.average import Average
from trainer.calibrations.calibration import Calibration
from trainer.calibrations.memory_based import MemoryBased
from trainer.errors import EvaluationError
from trainer.evaluation.method_catalogue import calibration_of
from trainer.localisation.rs_local.selection_settings import SelectionSettings
from trainer.localisation.transfer_arms.arm_average import AverageOfArms
from trainer.localisation.transfer_arms.instance_choice import InstanceChoice
from trainer.localisation.transfer_arms.instance_transfer import InstanceTransfer
from trainer.localisation.transfer_arms.network_shelf import (
    NetworkShelf,
    ShelvedNetwork,
)
from trainer.localisation.transfer_arms.one_source import LibraryOnly, LocalOnly
from trainer.localisation.transfer_arms.representation_transfer import (
    EVERY_DEPTH,
    FEW_LABELS,
    RepresentationTransfer,
    Tuning,
)
from trainer.localisation.transfer_arms.spiking import Spiking
from trainer.localisation.transfer_arms.transfer_arm import TransferArm
from trainer.training.network_calibration import NetworkCalibration
from trainer.training.training_settings import TrainingSettings

TOGETHER = "+"
KIND_END, PLACE, COMMA = ":", "@", ","
COPIES_FOR_A_NETWORK = (3,)
"""Trying several would train the library's network anew for each fold and weight."""


@dataclass(frozen=True)
class ArmSettings:
    """What all arms of a study share.

    Attributes:
        training: How networks are trained on soils of the library.
        learning_rates: Rates to choose from there; empty for the one in `training`.
        few_labels: How networks learn from a farm's labels alone, whether they begin
            from nothing or are pretrained.
        few_rates: Rates to choose from there.
        selection: How RS-Local chooses instances.
        selection_runs: How many of its runs are counted.
        copies: Weights of the farm's soils to choose from in spiking.
        shelf: The folder that pretrained networks are kept in, None for no folder.
    """

    training: TrainingSettings = field(default_factory=TrainingSettings)
    learning_rates: tuple[float, ...] = ()
    few_labels: TrainingSettings = FEW_LABELS
    few_rates: tuple[float, ...] = (2e-3, 5e-4)
    selection: SelectionSettings = field(default_factory=SelectionSettings)
    selection_runs: int = 5
    copies: tuple[int, ...] = (1, 3, 10)
    shelf: Path | None = field(default=None, compare=False, repr=False)

    @property
    def instances(self) -> InstanceChoice:
        """How instances are chosen."""
        return InstanceChoice(self.selection, self.selection_runs)


def arm_of(name: str, settings: ArmSettings) -> TransferArm:
    """Return the arm of this name, or refuse a name that says none."""
    parts = name.split(TOGETHER)
    arms = tuple(_single_arm(part, settings) for part in parts)
    return arms[0] if len(arms) == 1 else AverageOfArms(arms)


def _single_arm(name: str, settings: ArmSettings) -> TransferArm:
    if name in _WHOLE:
        return _WHOLE[name]()
    kind, _, calibration = name.partition(KIND_END)
    kind, _, farms = kind.partition(PLACE)
    if not calibration or kind not in _KINDS or bool(farms) != (kind == "library"):
        known = ", ".join((*_WHOLE, *(f"{one}:METHOD" for one in _KINDS)))
        raise EvaluationError(
            f"expected arms such as {known} (library as library@FARM,FARM:METHOD), "
            f"found {name!r}"
        )
    if kind in _NETWORK_KINDS:
        return _NETWORK_KINDS[kind](_network(calibration, settings, name), settings)
    fitted = _calibration(calibration, settings)
    if kind == "library":
        return LibraryOnly(_shelved(fitted, settings), tuple(farms.split(COMMA)))
    return _CALIBRATION_KINDS[kind](fitted, settings)


def _calibration(name: str, settings: ArmSettings) -> Calibration:
    """Return the method; a network is trained as all in the study are."""
    made = calibration_of(name)
    return _as_told(made, settings) if isinstance(made, NetworkCalibration) else made


def _network(name: str, settings: ArmSettings, arm: str) -> NetworkCalibration:
    made = calibration_of(name)
    if not isinstance(made, NetworkCalibration):
        raise EvaluationError(
            f"expected a network for {arm}, found {name}; choose one such as cnn-usa, "
            "or an arm that takes any calibration, such as dtl-i"
        )
    return _as_told(made, settings)


def _as_told(made: NetworkCalibration, settings: ArmSettings) -> NetworkCalibration:
    return NetworkCalibration(made.recipe, settings.training, settings.learning_rates)


def _global(calibration: Calibration, settings: ArmSettings) -> LibraryOnly:
    return LibraryOnly(_shelved(calibration, settings))


def _shelved(calibration: Calibration, settings: ArmSettings) -> Calibration:
    if isinstance(calibration, NetworkCalibration):
        return ShelvedNetwork(calibration, NetworkShelf(settings.shelf))
    return calibration


def _local(calibration: Calibration, settings: ArmSettings) -> LocalOnly:
    if isinstance(calibration, NetworkCalibration):
        calibration = NetworkCalibration(
            calibration.recipe, settings.few_labels, settings.few_rates
        )
    return LocalOnly(calibration)


def _spiked(calibration: Calibration, settings: ArmSettings) -> Spiking:
    if isinstance(calibration, NetworkCalibration):
        return Spiking(calibration, COPIES_FOR_A_NETWORK)
    return Spiking(calibration, settings.copies)


def _instances(calibration: Calibration, settings: ArmSettings) -> InstanceTransfer:
    return InstanceTransfer(calibration, settings.instances)


def _tuned(
    network: NetworkCalibration, settings: ArmSettings
) -> RepresentationTransfer:
    tuning = Tuning(training=settings.few_labels, learning_rates=settings.few_rates)
    return RepresentationTransfer(network, tuning, NetworkShelf(settings.shelf))


def _tuned_on_instances(
    network: NetworkCalibration, settings: ArmSettings
) -> RepresentationTransfer:
    return replace(
        _tuned(network, settings), instances=settings.instances, kind="dtl-ir"
    )


def _any_depth(
    network: NetworkCalibration, settings: ArmSettings
) -> RepresentationTransfer:
    tuning = replace(
        EVERY_DEPTH, training=settings.few_labels, learning_rates=settings.few_rates
    )
    return replace(_tuned(network, settings), tuning=tuning, kind="frozen-trunk")


def _auto() -> TransferArm:
    # All that the product knows is loaded only where it takes part.
    from trainer.localisation.transfer_arms.product_arm import (  # noqa: PLC0415
        ProductArm,
    )

    return ProductArm()


def _memory_based() -> Spiking:
    return Spiking(MemoryBased(), copies=(1,), title="memory-based")


def _average() -> LocalOnly:
    return LocalOnly(Average(), title="average")


_WHOLE: dict[str, Callable[[], TransferArm]] = {
    "auto": _auto,
    "average": _average,
    "memory-based": _memory_based,
}
_CALIBRATION_KINDS: dict[str, Callable[[Calibration, ArmSettings], TransferArm]] = {
    "local": _local,
    "global": _global,
    "spiked": _spiked,
    "dtl-i": _instances,
}
_NETWORK_KINDS: dict[str, Callable[[NetworkCalibration, ArmSettings], TransferArm]] = {
    "dtl-r": _tuned,
    "dtl-ir": _tuned_on_instances,
    "frozen-trunk": _any_depth,
}
_KINDS = (*_CALIBRATION_KINDS, "library", *_NETWORK_KINDS)
