"""The one shape that every model graph has, whatever is inside it.

In:  `spectrum` float32 [batch, bands], reflectance (a fraction) on the manifest's grid.
Out: `value`, `low`, `high` float32 [batch, targets] in the manifest's units, and
     `novelty` float32 [batch], where 1.0 is the edge of what the model knows.

A TensorFlow Lite file offers them under these names in its one signature,
`serving_default`, for one scan at a time.
"""

INPUT = "spectrum"
OUTPUTS = ("value", "low", "high", "novelty")
OPSET = 20
EDGE_OF_DOMAIN = 1.0
"""A reading whose novelty is above this is flagged as foreign."""
