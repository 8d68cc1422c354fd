"""From a parquet file to a table."""

import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core import fr
from core.observatory.readers import layouts
from core.observatory.readers.containers import MAX_EXPANDED_BYTES, refuse
from core.observatory.readers.tables import Table, column_of


def read(path: Path) -> Table:
    """Read a parquet file. Its rows are numbered from 2, as under a header line."""
    file = _opened(path)
    header = layouts.understand(file.schema_arrow.names)
    metadata = file.metadata
    groups = (metadata.row_group(rank).total_byte_size for rank in range(metadata.num_row_groups))
    if sum(groups) > MAX_EXPANDED_BYTES:
        raise refuse(f"ce parquet dépasse {fr.size(MAX_EXPANDED_BYTES)} une fois décompressé")
    if not metadata.num_rows:
        raise refuse("ce parquet n'a aucune ligne")
    try:
        arrow = file.read(columns=list(header.column_of.values()))
    except (pa.ArrowException, OSError) as error:
        raise refuse("ce parquet est abîmé, ses colonnes ne se lisent pas") from error
    columns = {ours: column_of(arrow.column(name), name) for ours, name in header.column_of.items()}
    lines = np.arange(2, metadata.num_rows + 2, dtype=np.int32)
    return Table(header, columns, lines, [])


def header_names(path: Path) -> list[str]:
    names: list[str] = _opened(path).schema_arrow.names
    return names


def _opened(path: Path) -> pq.ParquetFile:
    with path.open("rb") as file:
        file.seek(-4, io.SEEK_END)
        if file.read() != b"PAR1":
            raise refuse("ce parquet est tronqué (la fin du fichier manque)")
    try:
        schema = pq.read_schema(path)
        texts = [name for name in schema.names if pa.types.is_string(schema.field(name).type)]
        return pq.ParquetFile(path, read_dictionary=texts)
    except (pa.ArrowException, OSError) as error:
        raise refuse("ce parquet est abîmé (sa table des matières ne se lit pas)") from error
