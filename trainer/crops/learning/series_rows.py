"""Batches of series on the device: all of them at once, or read ahead from files.

What fits stays on the device, and a batch is an index into it. What does not is read
from mapped files while the batch before is learned from.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor

from trainer.crops.series.series_set import SeriesSet
from trainer.training.computing_device import fits_on

HELD_BYTES = 2 * 1024**3
"""What may be held in memory where there is no GPU whose memory says it."""
BLOCK = 4096
"""Series that are read together."""

Taken = tuple[Tensor, Tensor, Tensor, Tensor]
"""Series, days, mask and labels; numbers as float32, labels as integers."""


class SeriesRows(Protocol):
    """Series that batches are taken from."""

    def __len__(self) -> int:
        """Return how many there are."""
        ...

    def expect(self, batches: tuple[Int[Tensor, " row"], ...]) -> None:
        """Learn in which order batches will be asked for."""
        ...

    def take(self, rows: Int[Tensor, " row"]) -> Taken:
        """Return one batch on the device."""
        ...


class HeldSeries:
    """All series on the device, in the precision of their files."""

    def __init__(self, series: SeriesSet, device: torch.device) -> None:
        blocks = [_read(series, rows) for rows in blocks_of(len(series))]
        single = series.values.dtype == np.float32
        precision = torch.float32 if single else torch.float16
        self.values = torch.cat([one[0].to(precision) for one in blocks]).to(device)
        self.days = torch.cat([one[1] for one in blocks]).to(device)
        self.mask = torch.cat([one[2].bool() for one in blocks]).to(device)
        self.labels = torch.cat([one[3] for one in blocks]).to(device)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.labels)

    def expect(self, batches: tuple[Int[Tensor, " row"], ...]) -> None:
        """Do nothing: everything is there."""

    def take(self, rows: Int[Tensor, " row"]) -> Taken:
        """Return one batch."""
        at = rows.to(self.labels.device)
        values, mask = self.values[at].float(), self.mask[at].float()
        return values, self.days[at], mask, self.labels[at]


class MappedSeries:
    """Series read from files, the next batch while one is learned from."""

    def __init__(self, series: SeriesSet, device: torch.device) -> None:
        self._series, self._device = series, device
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="series")
        self._order: dict[int, Tensor] = {}
        self._ahead: dict[int, Future[Taken]] = {}

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._series)

    def expect(self, batches: tuple[Int[Tensor, " row"], ...]) -> None:
        """Remember what follows each batch; a row begins one batch of an epoch."""
        firsts = [int(rows[0]) for rows in batches]
        self._order = dict(zip(firsts, batches[1:], strict=False))
        self._ahead = {}

    def take(self, rows: Int[Tensor, " row"]) -> Taken:
        """Return the batch that was read ahead, and begin to read the next."""
        first = int(rows[0])
        asked = self._ahead.pop(first, None) or self._begin(rows)
        taken = asked.result()
        following = self._order.get(first)
        if following is not None:
            self._ahead = {int(following[0]): self._begin(following)}
        series, days, mask, labels = (one.to(self._device) for one in taken)
        return series, days, mask, labels

    def _begin(self, rows: Tensor) -> Future[Taken]:
        return self._reader.submit(_read, self._series, rows.cpu().numpy())


def rows_of(series: SeriesSet, device: torch.device) -> HeldSeries | MappedSeries:
    """Hold the series on the device if they fit, or map them."""
    steps, channels = series.grid.steps, len(series.grid.channels)
    size = len(series) * steps * (channels * (series.values.itemsize + 1) + 4)
    fits = size <= HELD_BYTES if device.type == "cpu" else fits_on(device, size)
    return HeldSeries(series, device) if fits else MappedSeries(series, device)


def blocks_of(count: int) -> list[np.ndarray[tuple[int], np.dtype[np.intp]]]:
    """Return all rows in order, some at a time."""
    return [
        np.arange(first, min(first + BLOCK, count)) for first in range(0, count, BLOCK)
    ]


def _read(series: SeriesSet, rows: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Taken:
    """Read some series; in the order of the file, which a disk reads sooner."""
    order = np.argsort(rows, kind="stable")
    batch = series.batch(rows[order])
    back = np.argsort(order, kind="stable")
    labels = series.places.labels[rows].astype(np.int64)
    return (
        torch.from_numpy(batch.values[back]),
        torch.from_numpy(batch.days[back]),
        torch.from_numpy(batch.mask[back].astype(np.float32)),
        torch.from_numpy(labels),
    )
