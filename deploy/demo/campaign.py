"""The season itself: scan, read, label, sync, refit, update, read again.

Every step goes through the commands and folders that a technician and a spectrometer
use. What is learned of the device is what it says of itself.
"""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deploy.demo.campaign_plan import CampaignPlan
from deploy.demo.farm_table import FarmTable
from deploy.demo.odd_scans import drop_scan, odd_scans
from deploy.processes import wait_until
from deploy.world import Device, World
from protocols.model_package import SUFFIX, ModelPackage, read_package
from protocols.units import unit_of

MODEL_WITHIN_S = 90.0
READINGS_WITHIN_S = 60.0
DELIVERY_WITHIN_S = 60.0
PAUSE_BEFORE_ASKING_S = 0.25
INSTRUMENT_NOISE = 0.0005

Say = Callable[[str], None]


@dataclass(frozen=True)
class Stage:
    """What the device said with one model, of the soils it is judged by."""

    labels: int
    model: ModelPackage
    readings: tuple[dict[str, Any], ...]


class Campaign:
    """One farm, one device, one season."""

    def __init__(
        self, world: World, device: Device, farm: FarmTable, plan: CampaignPlan
    ) -> None:
        """Remember the parts; nothing is done yet."""
        self._world = world
        self._device = device
        self._farm = farm
        self._plan = plan
        self._scan_round = 0

    def run(self, say: Say) -> list[Stage]:
        """Go through every label count and return what was read at each."""
        stages = []
        labelled = 0
        for count in self._plan.label_counts:
            self._label(self._plan.labels_between(labelled, count), say)
            labelled = count
            model = self._wait_for_model(count)
            say(f"runs model {model.digest[:12]}, which knows {count} labels")
            if count == 0:
                self._scan(self._plan.to_label, say, "soils that go to the laboratory")
            self._scan(self._plan.held_out, say, "soils that are only judged by")
            stages.append(Stage(count, model, self._wait_for_readings(model)))
            if count == self._plan.label_counts[len(self._plan.label_counts) // 2]:
                self._survive_a_dead_broker(say)
        return stages

    def scan_what_is_no_soil(self, say: Say) -> dict[str, NDArray[np.float64]]:
        """Scan the panel, a dead detector and the like; return their spectra."""
        wavelengths, spectra = self._farm.spectra(self._plan.held_out[:1])
        odd = odd_scans(wavelengths, spectra[0], seed=self._scan_round)
        for sample, reflectance in odd.items():
            drop_scan(self._device.inbox, sample, wavelengths, reflectance)
        say(f"scanned {len(odd)} things that are no soil")
        self._wait_for_empty_inbox()
        return odd

    def wait_until_delivered(self) -> None:
        """Wait until the cloud has receipted every record of the device."""
        wait_until(
            lambda: self._device.status()["waiting"] == 0,
            "every record to be receipted",
            within_s=DELIVERY_WITHIN_S,
            every_s=PAUSE_BEFORE_ASKING_S,
            while_waiting=self._world.programs.check_alive,
        )

    def _survive_a_dead_broker(self, say: Say) -> None:
        self._world.programs.kill("broker")
        say("the broker was killed; the device goes on scanning")
        self._scan(self._plan.held_out, say, "soils without any network")
        self._wait_for_empty_inbox()
        self._world.start_broker()
        self.wait_until_delivered()
        say("the broker is back, and every record was receipted")

    def _label(self, samples: Collection[str], say: Say) -> None:
        if not samples:
            return
        table = self._device.settings.parent / f"labels-{len(samples)}.csv"
        self._farm.write_labels(table, samples, unit_of(self._farm.target))
        self._device.ask("label", "--file", table)
        say(f"entered {len(samples)} laboratory values")

    def _scan(self, samples: Collection[str], say: Say, which: str) -> None:
        self._scan_round += 1
        table = self._device.settings.parent / f"scans-{self._scan_round}.csv"
        self._farm.write_scans(table, samples)
        self._device.replay(table, noise=INSTRUMENT_NOISE, seed=self._scan_round)
        say(f"scanned {len(samples)} {which}")

    def _wait_for_model(self, labels: int) -> ModelPackage:
        wait_until(
            lambda: self._labels_of_running_model() == labels,
            f"a model fitted with {labels} labels on the device",
            within_s=MODEL_WITHIN_S,
            every_s=PAUSE_BEFORE_ASKING_S,
            while_waiting=self._world.programs.check_alive,
        )
        return read_package(self._running_package())

    def _labels_of_running_model(self) -> int | None:
        path = self._running_package()
        return read_package(path).soil.local_labels if path.is_file() else None

    def _running_package(self) -> Path:
        digest = self._device.status()["model"]
        return self._device.state / "packages" / f"{digest}{SUFFIX}"

    def _wait_for_empty_inbox(self) -> None:
        wait_until(
            lambda: not any(self._device.inbox.glob("*.csv")),
            "every scan file to be taken from the inbox",
            within_s=READINGS_WITHIN_S,
            while_waiting=self._world.programs.check_alive,
        )

    def _wait_for_readings(self, model: ModelPackage) -> tuple[dict[str, Any], ...]:
        self._wait_for_empty_inbox()
        held_out = set(self._plan.held_out)
        readings = [
            reading
            for reading in self._device.readings()
            if reading["model"] == model.digest and reading["sample"] in held_out
        ]
        newest = {reading["sample"]: reading for reading in readings}
        missing = held_out - newest.keys()
        if missing or not all(math.isfinite(one["value"]) for one in readings):
            raise ValueError(
                f"expected a reading of every soil, found none of {missing}"
            )
        return tuple(newest[sample] for sample in self._plan.held_out)
