"""Studies: parameters tuned together, and their quality, nDCG at RANKING_K of the served mode per customer, on tuning cutoffs."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from warehouse_operations.tuning.parameters import model_settings
from warehouse_operations.tuning.warehouse import Inputs
from warehouse_recommender.candidates import neighbours, spectral
from warehouse_recommender.candidates.solver import Settings
from warehouse_recommender.ranking import ranker
from warehouse_recommender.ranking.lists import RANKING_K
from warehouse_recommender.tuning import judging

SERVED_MODES = {"always": "all", "replenishable": "all", "never": "discovery"}  # as in macro served_mode


def _als(inputs: Inputs, variables: Mapping[str, Any]) -> np.ndarray:
    size = {name: variables[f"als_{name}"] for name in ("factors", "regularization")}
    settings = Settings(**size, **model_settings(variables)["als_product_factors"]["settings"])
    parameters = {name: variables[name] for name in ("strength_half_life_days", "als_alpha")} | {"settings": settings}
    return _evaluated(inputs, variables, lambda moment, depth: judging.als_lists(moment, depth, **parameters))


def _spectral(inputs: Inputs, variables: Mapping[str, Any]) -> np.ndarray:
    meta = model_settings(variables)["spectral_filters"]
    parameters = {
        "factors": meta["spectral_factors"],
        "largest_share": meta["spectral_largest_share"],
        "pattern_share": variables["spectral_pattern_share"],
        "customer_exponent": spectral.CUSTOMER_EXPONENT,
        "product_exponent": spectral.PRODUCT_EXPONENT,
        "seed": meta["seed"],
        "strength_half_life_days": variables["strength_half_life_days"],
    }
    return _evaluated(inputs, variables, lambda moment, depth: judging.spectral_lists(moment, depth, **parameters))


def _neighbours(inputs: Inputs, variables: Mapping[str, Any]) -> np.ndarray:
    meta = model_settings(variables)["product_neighbours"]
    parameters = {
        "neighbours": meta["neighbours_count"],
        "shrinkage": neighbours.SHRINKAGE,
        "asymmetry": neighbours.ASYMMETRY,
        "weighting": neighbours.WEIGHTING,
        "strength_half_life_days": variables["strength_half_life_days"],
    }
    return _evaluated(inputs, variables, lambda moment, depth: judging.neighbours_lists(moment, depth, **parameters))


def _decay(inputs: Inputs, variables: Mapping[str, Any]) -> np.ndarray:
    """All learned sources read the same strengths, so their half-life is evaluated by the mean of three sources."""
    return np.mean([judge(inputs, variables) for judge in (_als, _spectral, _neighbours)], axis=0)


def _popularity(inputs: Inputs, variables: Mapping[str, Any]) -> np.ndarray:
    half_life = variables["popularity_half_life_days"]
    return _evaluated(
        inputs,
        variables,
        lambda moment, depth: judging.popularity_lists(moment, depth, popularity_half_life_days=half_life),
    )


def _ranker(inputs: Inputs, variables: Mapping[str, Any]) -> np.ndarray:
    meta = model_settings(variables)["ranker_fits"]
    return judging.ranker_quality(
        inputs.tables["examples"],
        mode=SERVED_MODES[variables["repeat_policy"]],
        features=inputs.features["feature"].to_pylist(),
        monotone=inputs.features["monotone"].to_pylist(),
        blend_scale=meta["ranker_blend_scale"],
        iterations=meta["ranker_iterations"],
        step=ranker.STEP,
        k=RANKING_K,
        parameters=ranker.lightgbm_parameters(
            leaves=meta["ranker_leaves"], learning_rate=meta["ranker_learning_rate"], seed=meta["seed"]
        ),
    )


def _evaluated(inputs: Inputs, variables: Mapping[str, Any], lists: Callable) -> np.ndarray:
    return judging.quality(inputs.moments, lists, SERVED_MODES[variables["repeat_policy"]], RANKING_K)


STUDIES: dict[str, Callable[[Inputs, Mapping[str, Any]], np.ndarray]] = {
    "decay": _decay,
    "popularity": _popularity,
    "als": _als,
    "spectral": _spectral,
    "neighbours": _neighbours,
    "ranker": _ranker,
}
