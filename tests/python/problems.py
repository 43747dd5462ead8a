"""Small candidate problems in the form in which the warehouse passes them to Python."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

Tables = tuple[pa.Table, pa.Table, pa.Table]


def tables(strengths: np.ndarray, offered: list[int] | None = None, listed: list[int] | None = None) -> Tables:
    """Return strengths, customers and products of one cutoff `c`."""
    customer_count, product_count = strengths.shape
    rows, columns = np.nonzero(strengths)
    listed = list(range(customer_count)) if listed is None else listed
    offered = list(range(product_count)) if offered is None else offered
    return (
        pa.table(
            {
                "cutoff_id": ["c"] * len(rows),
                "customer_index": rows,
                "product_index": columns,
                "strength": strengths[rows, columns].astype(float),
            }
        ),
        pa.table(
            {
                "cutoff_id": ["c"] * len(listed),
                "customer_index": np.array(listed, int),
            }
        ),
        pa.table(
            {
                "cutoff_id": ["c"] * len(offered),
                "product_index": np.array(offered, int),
            }
        ),
    )


def checkerboard(customer_count: int, product_count: int) -> np.ndarray:
    """Even customers like even products, and odd ones odd products. The diagonal is removed, to be predicted; any shape works."""
    strengths = np.add.outer(np.arange(customer_count), np.arange(product_count)) % 2 == 0
    size = min(customer_count, product_count)
    strengths[np.arange(size), np.arange(size)] = False
    return strengths.astype(float)


def rows(candidates: pa.Table) -> list[dict]:
    """Return one row per candidate with cutoff_id, customer_index, product_index and score."""
    return [
        {"cutoff_id": row["cutoff_id"], "customer_index": row["customer_index"], "product_index": product, "score": score}
        for row in candidates.to_pylist()
        for product, score in zip(row["product_indexes"], row["scores"], strict=True)
    ]


def lists(candidates: pa.Table) -> dict[str, list[str]]:
    """Return the products of each customer, best first, ties by index; customer 0 is u0, product 0 is p0."""
    found: dict[str, list[str]] = {}
    for row in sorted(rows(candidates), key=lambda row: (-row["score"], row["product_index"])):
        found.setdefault(f"u{row['customer_index']}", []).append(f"p{row['product_index']}")
    return found


def tables_of(batches: Iterable[pa.RecordBatch]) -> list[pa.Table]:
    """Return the record batches of a streaming node as one table per cutoff."""
    return [pa.Table.from_batches([batch]) for batch in batches]
