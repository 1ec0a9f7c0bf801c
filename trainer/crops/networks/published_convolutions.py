"""The fourth system's networks, as published: convolutions on zero-padded series.

Just and Sorensen, NASA ARSET part 3 (2024): a toy of 349 weights for 20 steps of 12
bands, and the script's own for 25 steps. They see a zero where nothing was seen, and
neither mask nor day.
"""

from jaxtyping import Float
from torch import Tensor, nn

from trainer.crops.networks.season_shape import SeasonShape
from trainer.crops.networks.series_network import Answer


class PublishedConvolutions(nn.Module):
    """Windows along time, then dense layers."""

    def __init__(
        self, windows: nn.Sequential, dense: nn.Sequential, output: nn.Linear
    ) -> None:
        super().__init__()
        self.windows, self.dense, self.output = windows, dense, output
        self.embedded = output.in_features

    def forward(self, values: Tensor, days: Tensor, mask: Tensor) -> Answer:
        """Return logits and embedding; days and mask are not looked at."""
        del days, mask
        embedding = self.dense(self.windows(values.transpose(1, 2)))
        return self.output(embedding), embedding


class LargestOverTime(nn.Module):
    """Keep the largest answer of each filter."""

    def forward(
        self, maps: Float[Tensor, "place filter step"]
    ) -> Float[Tensor, "place filter"]:
        """Return one number a filter."""
        return maps.amax(dim=2)


def toy_convolutions(shape: SeasonShape) -> PublishedConvolutions:
    """Build the toy: 3 filters, 5 steps wide, the largest answer of each, 16 units.

    Of 20 steps, 12 bands and 6 classes that is 183 + 64 + 102 = 349 weights, as on the
    slide. We know its convolution and that sum; the layers after it, and so the number
    of classes, are our choice among the few that come to 349 (a window of 5 steps to
    pool and 10 units would do too).
    """
    windows = nn.Sequential(
        nn.Conv1d(shape.channels, 3, 5), nn.ReLU(), LargestOverTime()
    )
    dense = nn.Sequential(nn.Linear(3, 16), nn.ReLU())
    return PublishedConvolutions(windows, dense, nn.Linear(16, shape.classes))


def script_convolutions(shape: SeasonShape) -> PublishedConvolutions:
    """Build the script's: twice 64 filters, 5 wide, half dropped, halved, 50 units."""
    left = (shape.steps - 8) // 2
    windows = nn.Sequential(
        nn.Conv1d(shape.channels, 64, 5),
        nn.ReLU(),
        nn.Conv1d(64, 64, 5),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.MaxPool1d(2),
    )
    dense = nn.Sequential(nn.Flatten(), nn.Linear(64 * left, 50), nn.ReLU())
    return PublishedConvolutions(windows, dense, nn.Linear(50, shape.classes))
