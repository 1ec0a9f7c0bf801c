"""The one shape that every model graph has, whatever is inside it.

A soil model:
In:  `spectrum` float32 [batch, bands], reflectance (a fraction) on the manifest's grid.
Out: `value`, `low`, `high` float32 [batch, targets] in the manifest's units, and
     `novelty` float32 [batch], where 1.0 is the edge of what the model knows.

A crop model, for places on the manifest's season:
In:  `series` float32 [batch, step, channel], in the channels' units and 0 where nothing
     was seen; `days` float32 [batch, step], from 1 January of the year of the harvest,
     the middle of a bucket in which nothing was seen; `mask` float32
     [batch, step, channel], 1 where something was seen, else 0.
Out: the same four. `value` [batch, classes] is the probability of each class and sums
     to 1; `low` and `high` say how often series told so were really of that class.

A TensorFlow Lite file offers them under these names in its one signature,
`serving_default`, for one scan or place at a time.
"""

INPUT = "spectrum"
SERIES, DAYS, MASK = "series", "days", "mask"
OUTPUTS = ("value", "low", "high", "novelty")
OPSET = 20
EDGE_OF_DOMAIN = 1.0
"""A reading whose novelty is above this is flagged as foreign."""
