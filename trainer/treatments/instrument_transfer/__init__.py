"""Scans as another instrument, or a dry soil, would have given them.

Every method is fitted from pairs: the same soils, in the same order, on the instrument
to be corrected and on the one a model was made for. What comes out is one affine map,
which a graph holds before the model's own treatments.
"""

from trainer.treatments.instrument_transfer.direct_standardisation import (
    fit_direct_standardisation,
)
from trainer.treatments.instrument_transfer.moisture_orthogonalisation import (
    fit_moisture_orthogonalisation,
)
from trainer.treatments.instrument_transfer.piecewise_standardisation import (
    fit_piecewise_standardisation,
)
from trainer.treatments.instrument_transfer.space_transformation import (
    fit_space_transformation,
)

__all__ = [
    "fit_direct_standardisation",
    "fit_moisture_orthogonalisation",
    "fit_piecewise_standardisation",
    "fit_space_transformation",
]
