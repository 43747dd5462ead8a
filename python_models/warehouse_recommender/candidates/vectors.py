"""Vectors of customers and products: conversion between Arrow rows and matrices."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def vectors(table: pa.Table, cutoff_id: str, key: str, count: int = 0, length: int = 1) -> np.ndarray:
    """Vectors of one cutoff as a matrix; rows without a vector are zero.

    Parameters
    ----------
    table
        Columns ``cutoff_id``, ``key`` and ``factors``, lists of equal length.
    cutoff_id
        Cutoff whose vectors are wanted.
    key
        Column with the row number of each vector, from 0.
    count
        Minimum number of rows.
    length
        Length of the vectors if the cutoff has none.

    Returns
    -------
    numpy.ndarray
        float32, shape (rows, length).
    """
    own = table.filter(pc.equal(table["cutoff_id"], cutoff_id))
    if len(own) == 0:
        return np.zeros((count, length), np.float32)
    values = own["factors"].combine_chunks().flatten().to_numpy().astype(np.float32, copy=False)
    places = own[key].to_numpy()
    found = np.zeros((1 + places.max(initial=count - 1), len(values) // len(own)), np.float32)
    found[places] = values.reshape(len(own), -1)
    return found


def vector_rows(schema: pa.Schema, columns: dict[str, pa.Array | pa.Scalar], found: np.ndarray) -> pa.Table:
    """Rows of ``schema`` whose ``factors`` are the rows of a matrix; a scalar is the same in all rows."""
    offsets = pa.array(np.arange(len(found) + 1) * found.shape[1], pa.int32())
    lists = pa.ListArray.from_arrays(offsets, pa.array(np.ascontiguousarray(found, np.float32).ravel()))
    arrays = {
        name: pa.repeat(column, len(found)) if isinstance(column, pa.Scalar) else column for name, column in columns.items()
    }
    return pa.table({**arrays, "factors": lists}, schema=schema)


def filled_up(found: np.ndarray, length: int) -> np.ndarray:
    """Pad the vectors with zeros at the end, shape (vectors, length)."""
    return np.pad(found, ((0, 0), (0, length - found.shape[1])))


def without(found: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Remove the component of the vectors along directions D: ``x - x Dᵀ D``.

    Orthonormal directions are removed completely; with directions of length ``√s``, a share s of the component is removed.
    """
    return (found - found @ directions.T @ directions).astype(found.dtype)
