"""The dense leg against brute force in numpy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.dense import DenseIndex
from index.errors import SnapshotDamaged


def make_vectors(rows, dimensions, seed):
    vectors = np.random.default_rng(seed).normal(size=(rows, dimensions)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@given(st.integers(1, 60), st.integers(2, 48), st.integers(0, 2**31), st.integers(1, 70), st.booleans())
@settings(max_examples=60, deadline=None)
def test_search_finds_what_brute_force_finds(rows, dimensions, seed, limit, filtered):
    vectors = make_vectors(rows, dimensions, seed)
    question = make_vectors(1, dimensions, seed + 1)[0]
    generator = np.random.default_rng(seed)
    allowed = sorted(generator.choice(rows, generator.integers(1, rows + 1), replace=False)) if filtered else None
    found = DenseIndex.build(vectors).search(question, limit, allowed)
    pool = np.arange(rows) if allowed is None else np.array(allowed)
    exact = vectors.astype(np.float64) @ question
    expected = pool[np.argsort(-exact[pool], kind="stable")][:limit]
    assert len(found) == len(expected) == len(set(found.tolist()))
    assert set(found.tolist()) <= set(pool.tolist())
    assert np.allclose(exact[found], exact[expected], atol=1e-6)


def test_cosines_are_in_the_order_asked_for():
    vectors = make_vectors(20, 16, 1)
    index = DenseIndex.build(vectors)
    rows = np.array([7, 3, 19, 3])
    assert np.allclose(index.cosines(vectors[3], rows), vectors[rows] @ vectors[3], atol=1e-6)
    assert index.cosines(vectors[3], np.empty(0, dtype=np.int64)).shape == (0,)


def test_cosines_never_leave_their_bounds():
    vectors = make_vectors(200, 384, 2)
    index = DenseIndex.build(np.concatenate([vectors, -vectors]))
    for vector in vectors:
        cosines = index.cosines(vector, np.arange(400))
        assert -1 <= cosines.min() <= cosines.max() <= 1


@pytest.mark.parametrize("rows", [2, 3, 5, 7, 20, 37, 101])
def test_cosine_of_a_row_does_not_depend_on_the_rows_beside_it(rows):
    """Equal vectors tie to the last bit, and a filter on documents changes no score."""
    vectors = np.repeat(make_vectors(1, 384, 3), rows, axis=0)
    question = make_vectors(1, 384, 4)[0]
    index = DenseIndex.build(vectors)
    alone = index.cosines(question, np.array([0]))
    assert set(index.cosines(question, np.arange(rows)).tolist()) == set(alone.tolist())


@pytest.mark.parametrize(("limit", "rows"), [(0, None), (-1, None), (5, []), (0, [1])])
def test_search_for_nothing_finds_nothing(limit, rows):
    index = DenseIndex.build(make_vectors(3, 8, 5))
    assert index.search(make_vectors(1, 8, 6)[0], limit, rows).tolist() == []


def test_empty_index_is_searched():
    index = DenseIndex.build(np.empty((0, 8), dtype=np.float32))
    assert (index.rows, index.dimensions) == (0, 8)
    assert index.search(make_vectors(1, 8, 7)[0], 5).tolist() == []


@pytest.mark.parametrize("build", [DenseIndex.build, DenseIndex.build_half])
def test_saved_index_is_the_same(tmp_path, build):
    vectors = make_vectors(9, 8, 8).astype(np.float16).astype(np.float32)
    for name in ("a", "b"):
        build(vectors).save(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    loaded = DenseIndex.load(tmp_path / "a")
    assert (loaded.rows, loaded.dimensions) == (9, 8)
    assert all(np.array_equal(loaded.vector(row), vectors[row]) for row in range(9))


def test_halves_are_the_nearest_numbers_of_16_bits():
    vectors = make_vectors(9, 8, 8)
    index = DenseIndex.build_half(vectors)
    for row in range(9):
        assert np.array_equal(index.vector(row), vectors[row].astype(np.float16).astype(np.float32))
    cosines = index.cosines(vectors[0], np.arange(9))
    assert cosines == pytest.approx(vectors @ vectors[0], abs=2e-3)


@pytest.mark.parametrize("content", [b"", b"no index", None])
def test_file_that_is_no_index_is_refused_by_name(tmp_path, content):
    if content is not None:
        (tmp_path / "vectors.faiss").write_bytes(content)
    with pytest.raises(SnapshotDamaged, match=r"vectors\.faiss is no index that faiss reads; rebuild"):
        DenseIndex.load(tmp_path / "vectors.faiss")
