"""What grew against what was told, as a picture: each row sums to one."""

import numpy as np
from matplotlib.figure import Figure

from trainer.crops.in_season.confusion import Counts

INCHES_A_CLASS, MARGIN_INCHES = 0.42, 2.2
DARK = 0.5
"""From this share on, numbers are written in white."""


def confusion_picture(legend: tuple[str, ...], counts: Counts) -> Figure:
    """Draw the share of each class's places by what they were told to be."""
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    inches = MARGIN_INCHES + INCHES_A_CLASS * len(legend)
    figure = Figure(figsize=(inches, inches), layout="constrained")
    axis = figure.subplots()
    axis.imshow(shares, cmap="YlGn", vmin=0, vmax=1)
    ticks = range(len(legend))
    axis.set_xticks(ticks, legend, rotation=90, fontsize=7)
    axis.set_yticks(ticks, legend, fontsize=7)
    for row, column in np.argwhere(counts > 0):
        colour = "white" if shares[row, column] > DARK else "black"
        told = f"{counts[row, column]:.0f}"
        axis.text(column, row, told, ha="center", va="center", color=colour, fontsize=7)
    axis.set_xlabel("told")
    axis.set_ylabel("grew")
    return figure
