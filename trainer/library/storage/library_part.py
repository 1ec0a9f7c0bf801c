"""One batch of soils as a Parquet file with OSSL column names and one row group.

Any tool reads it. The spectra of all parts lie once more in one flat file, row after
row, because Parquet keeps columns and cannot be mapped into memory: that file is what
training reads, and it can be made again from the parts.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from protocols.wavelength_grid import WavelengthGrid
from trainer.durable_files import write_durably
from trainer.errors import LibraryError
from trainer.library.ossl_columns import FARM, SAMPLE, spectral_column

GROUP = "group"
LATITUDE = "latitude.point_wgs84_dd"
LONGITUDE = "longitude.point_wgs84_dd"


@dataclass(frozen=True, eq=False)
class PartSoils:
    """Some soils without their spectra.

    Attributes:
        soils: Ids that are unique in the library.
        farms: The farm of each.
        groups: What each belongs to by its source.
        places: Latitude and longitude.
        values: [soil, target].
        targets: OSSL names of the columns of `values`.
    """

    soils: tuple[str, ...]
    farms: tuple[str, ...]
    groups: tuple[str, ...]
    places: NDArray[np.float64]
    values: NDArray[np.float64]
    targets: tuple[str, ...]


def write_part(
    path: Path, part: PartSoils, spectra: NDArray[np.float32], grid: WavelengthGrid
) -> None:
    """Write soils and spectra, whole or not at all."""
    texts = {SAMPLE: part.soils, FARM: part.farms, GROUP: part.groups}
    places = {LATITUDE: part.places[:, 0], LONGITUDE: part.places[:, 1]}
    values = dict(zip(part.targets, part.values.T, strict=True))
    bands = [spectral_column(position, grid.unit) for position in grid.positions()]
    by_band = np.ascontiguousarray(spectra.T)
    columns = {
        **{name: pa.array(one) for name, one in texts.items()},
        **{name: pa.array(one) for name, one in (places | values).items()},
        **dict(zip(bands, map(pa.array, by_band), strict=True)),
    }
    sink = pa.BufferOutputStream()
    pq.write_table(
        pa.table(columns),
        sink,
        row_group_size=max(1, len(part.soils)),
        compression="zstd",
        use_dictionary=list(texts),
        # Neighbouring soils share the leading bytes of a band: halves the file.
        use_byte_stream_split=bands,
        write_statistics=False,
    )
    write_durably(path, sink.getvalue())


def read_part(path: Path, targets: tuple[str, ...]) -> PartSoils:
    """Read a part's soils; a target that it does not have is NaN."""
    try:
        present = set(pq.read_schema(path).names)
        known = [target for target in targets if target in present]
        names = [SAMPLE, FARM, GROUP, LATITUDE, LONGITUDE, *known]
        table = pq.read_table(path, columns=names)
    except (OSError, pa.ArrowException) as error:
        raise LibraryError(
            f"expected a part of a library at {path}: {error}; import it anew"
        ) from error
    values = np.full((table.num_rows, len(targets)), np.nan)
    for target in known:
        values[:, targets.index(target)] = table[target].to_numpy()
    places = (table[LATITUDE].to_numpy(), table[LONGITUDE].to_numpy())
    return PartSoils(
        soils=tuple(table[SAMPLE].to_pylist()),
        farms=tuple(table[FARM].to_pylist()),
        groups=tuple(table[GROUP].to_pylist()),
        places=np.stack(places, axis=1),
        values=values,
        targets=targets,
    )
