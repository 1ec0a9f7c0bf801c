"""How RS-Local searches: the options that its authors' code has, with their defaults.

Lobsey, Viscarra Rossel, Roudier and Hedley, European Journal of Soil Science 68 (2017):
the whole library is drawn from, again and again, and what keeps company with large
errors is dropped, until about `keep` soils are left.
"""

from dataclasses import dataclass
from typing import Literal

from trainer.errors import CalibrationError

Score = Literal["response", "reconstruction"]
Retention = Literal["proportional", "probabilistic"]
Quantity = Literal["absorbance", "as-given"]

LEAST_DRAWS_ADVISED = 40
LEAST_RETAINED_ADVISED = 0.9


@dataclass(frozen=True)
class SelectionSettings:
    """What to keep and how to search for it.

    Attributes:
        keep: About how many soils are kept, and how many a draw holds; the authors' k.
        draws_a_sample: How often a soil is drawn in each round, on average; their b.
        retain: The share of soils that outlasts a round.
        components: Of each draw's PLS. The authors' code takes at most 10 and can tune
            them within each draw; our choice is all of them, untuned, and fewer only
            where a draw holds fewer.
        score: By which error on the farm's soils a draw is judged: of its predictions,
            or of the spectra rebuilt from its components, which needs no label.
        retention: Drop a fixed share of the soils, or those above a quantile of the
            mean errors.
        grouped: Draw and drop whole groups. The authors use groups within a draw's
            cross-validation only; drawing them together is our choice.
        quantity: What PLS sees; the authors leave it to the user, absorbance is our
            choice. `as-given` suits spectra that are treated already.
        seed: Of all that is drawn.
    """

    keep: int = 300
    draws_a_sample: int = 40
    retain: float = 0.95
    components: int = 10
    score: Score = "response"
    retention: Retention = "proportional"
    grouped: bool = False
    quantity: Quantity = "absorbance"
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be searched with."""
        _expect("components of at least 1", self.components >= 1, self.components)
        _expect(
            "draws a sample of at least 1",
            self.draws_a_sample >= 1,
            self.draws_a_sample,
        )
        _expect("a share to retain between 0 and 1", 0 < self.retain < 1, self.retain)
        _expect("a seed of 0 or more", self.seed >= 0, self.seed)
        if self.keep <= self.components:
            raise CalibrationError(
                f"expected more soils to keep than the {self.components} components, "
                f"found {self.keep}; keep more or fit fewer components"
            )

    @property
    def dropped_share(self) -> float:
        """The share dropped in a round; in floating point 1 - 0.95 is not 0.05."""
        return 1 - self.retain

    @property
    def cautions(self) -> tuple[str, ...]:
        """What the authors advise against."""
        told = []
        if self.draws_a_sample < LEAST_DRAWS_ADVISED:
            told.append(
                f"each soil is drawn {self.draws_a_sample} times a round, the authors "
                f"advise at least {LEAST_DRAWS_ADVISED}: expect runs that agree less"
            )
        if self.retain < LEAST_RETAINED_ADVISED:
            told.append(
                f"{self.retain:g} of the soils outlast a round, the authors advise at "
                f"least {LEAST_RETAINED_ADVISED:g}: expect runs that agree less"
            )
        return tuple(told)

    def draws_of(self, soils: int) -> int:
        """Return how many draws a round among `soils` soils makes."""
        return max(1, round(soils * self.draws_a_sample / self.keep))

    def dropped_of(self, soils: int) -> int:
        """Return how many soils a round among `soils` drops by the fixed share."""
        return max(1, round(soils * self.dropped_share))

    def planned_fits(self, soils: int) -> int:
        """Return how many draws a search makes that drops the fixed share."""
        fits = 0
        while soils > self.keep:
            fits += self.draws_of(soils)
            soils -= self.dropped_of(soils)
        return fits


def _expect(what: str, holds: bool, found: object) -> None:
    if not holds:
        raise CalibrationError(f"expected {what}, found {found}")
