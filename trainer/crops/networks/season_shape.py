"""What a recipe must know of series before it can build a network."""

from dataclasses import dataclass

from protocols.season_grid import SeasonGrid


@dataclass(frozen=True)
class SeasonShape:
    """How long and wide series are, and how many classes there are to tell apart.

    Attributes:
        steps: Buckets of the season.
        channels: Numbers in each, with any that are computed inside the graph.
        classes: How many names the legend has.
    """

    steps: int
    channels: int
    classes: int

    @classmethod
    def of(cls, grid: SeasonGrid, classes: int) -> "SeasonShape":
        """Return the shape of series as they are observed."""
        return cls(grid.steps, len(grid.channels), classes)
