"""Vectors -> nearest rows: the only import of faiss."""

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import SnapshotDamaged
from index.types import Vectors

FILE = "vectors.faiss"


class DenseIndex:
    """Exact inner-product search over unit vectors; row i is passage i of the snapshot."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> "DenseIndex":
        """Return the index of `vectors`, shape (passages, dimensions)."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @classmethod
    def load(cls, folder: Path) -> "DenseIndex":
        """Return the index that `save` wrote to `folder`.

        Raises:
            SnapshotDamaged: the file is not one that faiss reads.
        """
        try:
            return cls(faiss.read_index(str(folder / FILE)))
        except RuntimeError as problem:
            raise SnapshotDamaged(
                f"{folder / FILE} is no index that faiss reads; rebuild: footnote index build"
            ) from problem

    def save(self, folder: Path) -> None:
        """Write the index to `folder`; the same vectors give the same bytes."""
        faiss.write_index(self._index, str(folder / FILE))

    @property
    def rows(self) -> int:
        """How many vectors the index holds."""
        return self._index.ntotal

    @property
    def dimensions(self) -> int:
        """How long each vector is."""
        return self._index.d

    def search(self, vector: Vectors, limit: int, rows: Sequence[int] | None = None) -> NDArray[np.int64]:
        """Return the `limit` rows nearest to `vector` (shape (dimensions,)), best first, of `rows` only where given."""
        if not self.rows or limit < 1 or (rows is not None and not len(rows)):
            return np.empty(0, dtype=np.int64)
        selected = None
        if rows is not None:
            selected = faiss.SearchParameters(sel=faiss.IDSelectorBatch(np.asarray(rows, dtype=np.int64)))
        _, found = self._index.search(vector[None, :], min(limit, self.rows), params=selected)
        return found[0][found[0] >= 0]

    def cosines(self, vector: Vectors, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the cosine in [-1, 1] of `vector` with each of `rows`, in their order."""
        if not len(rows):
            return np.empty(0, dtype=np.float32)
        # In 64 bits and rounded, so that equal vectors have equal cosines whatever rows stand beside them.
        products = self._index.reconstruct_batch(rows).astype(np.float64) @ vector.astype(np.float64)
        return np.clip(np.round(products, 6), -1.0, 1.0).astype(np.float32)

    def vector(self, row: int) -> Vectors:
        """Return the vector of `row`, shape (dimensions,)."""
        return self._index.reconstruct(row)
