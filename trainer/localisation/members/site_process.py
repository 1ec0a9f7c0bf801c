"""Processes over a library's soils and a farm's own, conditioned on the library once.

Soils of one site share more than soils of two: likeness counts in full inside a site
and by `kinship` between sites, and every site has an offset of its own. A library is
the same for all farms, so that its matrices are inverted once; a farm then sees only
what the library expects of its soils, and how sure it is.

Two uses: `standardised` sites, each centred and scaled by itself, where only what
varies together inside sites counts; and `declared` units, where a site's level counts.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

from trainer.calibrations.kernel_shape import KernelShape
from trainer.localisation.members.basis import LINEAR, NEAR, SHAPES, WIDE
from trainer.localisation.members.stacked_view import likenesses

Array = NDArray[np.float64]

KERNELS: tuple[dict[KernelShape, float], ...] = (
    {LINEAR: 0.5, NEAR: 0.5},
    {LINEAR: 0.5, WIDE: 0.5},
)


@dataclass(frozen=True)
class SiteSetting:
    """One way in which sites may hang together.

    Attributes:
        kernel: Which of the kernels.
        kinship: What likeness counts between sites, against inside one.
        offset: Variance of a site's own level.
    """

    kernel: int
    kinship: float
    offset: float


def site_settings(
    kinships: tuple[float, ...], offsets: tuple[float, ...]
) -> tuple[SiteSetting, ...]:
    """Return all settings, kernel by kernel."""
    kernels = range(len(KERNELS))
    return tuple(SiteSetting(*one) for one in product(kernels, kinships, offsets))


@dataclass(frozen=True, eq=False)
class KnownSites:
    """A library's soils as a process sees them.

    Attributes:
        rows: One array a view, [soil, band].
        sites: The number of each soil's site.
        settings: Ways in which sites may hang together.
        level: Variance of what all sites share.
        noise: Noise variance of the library's labels.
    """

    rows: tuple[Array, ...]
    sites: NDArray[np.intp]
    settings: tuple[SiteSetting, ...]
    level: float
    noise: float

    @cached_property
    def precisions(self) -> Array:
        """The inverse covariance of the soils, [setting, soil, soil]."""
        kernels = self._kernels()
        is_same = self.sites[:, np.newaxis] == self.sites
        noise = self.noise * np.eye(len(self.sites))
        found = np.empty((len(self.settings), *noise.shape))
        for at, one in enumerate(self.settings):
            kinship = np.where(is_same, 1.0, one.kinship)
            covariance = kernels[one.kernel] * kinship + one.offset * is_same
            found[at] = np.linalg.inv(covariance + self.level + noise)
        return found

    def pulls(self, standard: Array) -> Array:
        """Return what each soil adds to what is expected elsewhere, [setting, soil]."""
        pulls: Array = self.precisions @ standard
        return pulls

    def likeness_to(self, rows: tuple[Array, ...]) -> Array:
        """Return the kernels between farms' soils and these, [farm, kernel, ...]."""
        shapes = np.mean(
            [
                np.stack(likenesses(own, known, SHAPES), axis=1)
                for own, known in zip(rows, self.rows, strict=True)
            ],
            axis=0,
        )
        return mixed_kernels(shapes)

    def _kernels(self) -> Array:
        """Return each kernel between these soils; one view at a time, for memory."""
        total = np.zeros((1, len(SHAPES), len(self.sites), len(self.sites)))
        for rows in self.rows:
            for at, gram in enumerate(likenesses(rows, rows, SHAPES)):
                total[0, at] += gram / len(self.rows)
        kernels: Array = mixed_kernels(total)[0]
        return kernels


def mixed_kernels(shapes: Array) -> Array:
    """Return the kernels from likenesses by shape, [farm, shape, soil, soil]."""
    shares = np.array([[one.get(shape, 0.0) for shape in SHAPES] for one in KERNELS])
    mixed: Array = np.tensordot(shares, shapes, axes=(1, 1)).swapaxes(0, 1)
    return mixed
