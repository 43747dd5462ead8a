"""Factors of products by alternating least squares in Spark ML, which is distributed; the only module that imports Spark.

Spark ML minimises, with ratings r and its ``alpha`` set to 1,

    Σ_i c_ui (p_ui - x·y_i)² + ρ n_u |x|²,   c_ui = 1 + r_ui if a cell is observed, else 1,

so the weights w of ``candidates.solver`` are the ratings, and the confidences are equal. The penalties differ: Spark ML
multiplies ρ by the number of cells n_u of the customer, or n_i of the product; ``implicit`` has one penalty λ for all. ρ is
chosen so that the penalties of all customers and products have the same sum: ``ρ = λ (customers + products) / (2 cells)``.
"""

from functools import reduce
from typing import Any

import pyarrow as pa

from warehouse_recommender import frames
from warehouse_recommender.candidates.als import PRODUCT_SCHEMA
from warehouse_recommender.candidates.solver import Settings, rank_of

CELLS = ("customer_index", "product_index", "cast(weight as float) as weight")
COUNTS = ("count(distinct customer_index) as customers", "count(distinct product_index) as products", "count(*) as cells")


def product_factors(session: Any, cutoffs: pa.Table, cells: Any, sweeps: int, settings: Settings) -> Any:
    """Learn the factors of the products, one factorisation per cutoff, without reading the cells on the driver.

    Parameters
    ----------
    session
        A Spark session.
    cutoffs
        ``warehouse_recommender.candidates.als.CUTOFF_COLUMNS``.
    cells
        DataFrame with ``warehouse_recommender.candidates.als.CELL_COLUMNS``.
    sweeps
        Number of sweeps.
    settings
        Settings of the factorisation. Spark ML starts at random and uses neither ``start`` nor ``device``.

    Returns
    -------
    pyspark.sql.DataFrame
        Rows of ``warehouse_recommender.candidates.als.PRODUCT_SCHEMA``, for products with a cell. The vectors depend on the seed
        and on the number of partitions.
    """
    from pyspark.ml.recommendation import ALS

    blocks = int(session.conf.get("spark.sql.shuffle.partitions"))
    found = [frames.spark_frame(session, PRODUCT_SCHEMA.empty_table())]
    for row in cutoffs.sort_by("cutoff_id").to_pylist():
        own = cells.filter(f"cutoff_id = '{row['cutoff_id']}' and weight > 0").selectExpr(*CELLS)
        ((customers, products, cell_count),) = (count.values() for count in frames.collected(own.selectExpr(*COUNTS)).to_pylist())
        if not cell_count:
            continue
        rank = rank_of(min(customers, products), settings)
        model = ALS(
            rank=rank,
            maxIter=sweeps,
            regParam=settings.regularization * (customers + products) / (2 * cell_count),
            implicitPrefs=True,
            alpha=1.0,
            numUserBlocks=blocks,
            numItemBlocks=blocks,
            seed=settings.seed,
            userCol="customer_index",
            itemCol="product_index",
            ratingCol="weight",
        ).fit(own)
        moment = f"cast('{row['cutoff_at']}' as timestamp)"
        found.append(
            model.itemFactors.selectExpr(
                f"'{row['cutoff_id']}' as cutoff_id",
                "cast(id as bigint) as product_index",
                f"{moment} as as_of",
                f"{moment} as fitted_at",
                f"concat(features, array_repeat(cast(0 as float), {settings.factors - rank})) as factors",
            )
        )
    return reduce(lambda one, other: one.unionByName(other), found)
