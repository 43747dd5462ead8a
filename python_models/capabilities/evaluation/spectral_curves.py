from warehouse_recommender import frames
from warehouse_recommender.candidates import learning_curve, problem, spectral, trials


def model(dbt, session):
    factors = dbt.config.meta_get("spectral_factors")
    largest_share = dbt.config.meta_get("spectral_largest_share")
    seed = dbt.config.meta_get("seed")

    keys = ["cutoff_id", "customer_index", "product_index"]
    cutoffs = frames.read(dbt.ref("cutoffs"), learning_curve.PURPOSE_COLUMNS, order_by=["cutoff_id"])
    found = frames.read(dbt.ref("source_trials"), trials.CHOICE_COLUMNS, order_by=["search", "trial"])
    strengths = frames.read_sample(dbt.ref("customer_product_strengths"), problem.STRENGTH_COLUMNS, order_by=keys)

    return spectral.rank_curve(
        cutoffs,
        strengths,
        factors=factors,
        largest_share=largest_share,
        pattern_share=trials.chosen_share(found, "spectral"),
        customer_exponent=spectral.CUSTOMER_EXPONENT,
        product_exponent=spectral.PRODUCT_EXPONENT,
        seed=seed,
    )
