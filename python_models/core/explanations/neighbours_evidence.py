from warehouse_recommender import frames
from warehouse_recommender.candidates import evidence, neighbours, problem


def model(dbt, session):
    count = dbt.config.meta_get("evidence_per_source")
    kept = dbt.config.meta_get("neighbours_count")

    keys = evidence.PAIR_COLUMNS
    pairs = frames.read(dbt.ref("list_contributions"), keys, keys, evidence.explained_by("neighbours"))
    wanted = evidence.of_pairs(pairs)
    strengths = frames.read(dbt.ref("customer_product_strengths"), problem.STRENGTH_COLUMNS, keys, wanted)
    products = frames.read(dbt.ref("cutoff_products"), problem.PRODUCT_COLUMNS, problem.PRODUCT_COLUMNS, wanted)

    return neighbours.evidence(
        pairs,
        strengths,
        products,
        count=count,
        neighbours=kept,
        shrinkage=neighbours.SHRINKAGE,
        asymmetry=neighbours.ASYMMETRY,
        weighting=neighbours.WEIGHTING,
    )
