"""What makes one state of every step: the part that hidden observations can teach."""

from torch import nn


class StepEncoder(nn.Module):
    """Takes scaled values, days and mask; gives states [place, step, width].

    Attributes:
        width: Numbers of a state.
    """

    width: int
