"""Spark ML learns vectors with the confidences of `implicit`: both recover planted tastes, and customers can be solved."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.python.problems import tables
from tests.python.test_als import ALPHA, SETTINGS, cells_of, customers_of, cutoffs, dense, products_of, tastes
from tests.spark_session import ON_ONE_WORKER, sessions
from warehouse_recommender import frames, spark_als
from warehouse_recommender.candidates import als

pytestmark = ON_ONE_WORKER
SWEEPS = 10


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    yield from sessions(tmp_path_factory.mktemp("spark"))


def test_spark_ml_recovers_planted_tastes_as_implicit_does(spark: Any) -> None:
    """Scores of products of the customer's own taste are higher, and the order of all scores is nearly that of `implicit`."""
    strengths = tastes(120, 40, seed=2)
    settings = replace(SETTINGS, factors=6, largest_share=0.1)
    cells = cells_of(tables(strengths)[0])
    assert ALPHA * strengths.max() == pytest.approx(pc.max(cells["weight"]).as_py(), rel=1e-6)
    moments = cutoffs(c=10, empty=20)
    found = frames.collected(spark_als.product_factors(spark, moments, spark.createDataFrame(cells), SWEEPS, settings))
    found = found.sort_by("product_index").cast(als.PRODUCT_SCHEMA)
    assert found["cutoff_id"].unique().to_pylist() == ["c"]
    assert found["product_index"].to_pylist() == list(range(40))
    assert found["as_of"].unique().to_pylist() == found["fitted_at"].unique().to_pylist() == [moments["cutoff_at"][0].as_py()]
    factors = dense(found)
    assert factors.shape == (40, 6)
    assert factors[:, :4].any(axis=0).all()
    assert not factors[:, 4:].any(), "four dimensions for forty products; the others are zero"

    of_implicit = products_of(strengths, settings)
    scores = [customers_of(strengths, products) @ dense(products).T for products in (found, of_implicit)]
    same = np.add.outer(np.arange(120), -np.arange(40)) % 4 == 0
    for own in scores:
        assert own[same].mean() > 3 * own[~same].mean()
    assert np.corrcoef(scores[0].ravel(), scores[1].ravel())[0, 1] > 0.95


def test_no_cells_give_no_vectors(spark: Any) -> None:
    none = pa.table({name: pa.array([], kind) for name, kind in zip(als.CELL_COLUMNS, CELL_TYPES, strict=True)})
    found = spark_als.product_factors(spark, cutoffs(c=10), spark.createDataFrame(none), SWEEPS, SETTINGS)
    assert frames.collected(found).cast(als.PRODUCT_SCHEMA).num_rows == 0


CELL_TYPES = (pa.string(), pa.int32(), pa.int32(), pa.float64())
