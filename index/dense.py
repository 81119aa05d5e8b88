"""Vectors -> nearest rows: the only import of faiss."""

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import SnapshotDamaged
from index.types import Vectors

_BLOCK = 4096


class DenseIndex:
    """Exact inner-product search over unit vectors, one a row."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> "DenseIndex":
        """Return the index of `vectors`, shape (rows, dimensions)."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @classmethod
    def build_half(cls, vectors: Vectors) -> "DenseIndex":
        """Return the index of `vectors`, shape (rows, dimensions), each number kept in 16 bits."""
        index = faiss.IndexScalarQuantizer(vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        # Rounded beforehand, so that no machine's way of rounding shows in the bytes; in blocks, to hold no whole copy.
        for first in range(0, len(vectors), _BLOCK):
            block = vectors[first : first + _BLOCK].astype(np.float16)
            index.add(np.ascontiguousarray(block, dtype=np.float32))
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> "DenseIndex":
        """Return the index that `save` wrote to `path`.

        Raises:
            SnapshotDamaged: the file is not one that faiss reads.
        """
        try:
            return cls(faiss.read_index(str(path)))
        except RuntimeError as problem:
            raise SnapshotDamaged(f"{path} is no index that faiss reads; rebuild: footnote index build") from problem

    def save(self, path: Path) -> None:
        """Write the index to `path`; the same vectors give the same bytes."""
        faiss.write_index(self._index, str(path))

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
