"""The metrics of the demo store equal those of other libraries: trec_eval (through pytrec_eval) and scikit-learn.

Intended differences between the definitions:

- trec_eval's map_cut and recall divide by all relevant products; our map_at_k and recall_capped_at_k by min(k, relevant).
- trec_eval's reciprocal rank has no k, so it gets lists cut at k.
- trec_eval sorts by score and omits customers without a list. It gets lists with falling scores; customers without a list must
  score 0 here.
- scikit-learn's AUC ranks the whole catalogue: products outside the first k share the lowest score.
"""

import math
from collections import defaultdict

import numpy as np
import pytest
import pytrec_eval
from sklearn.metrics import ndcg_score, roc_auc_score

from tests.conftest import Run

TOLERANCE = 1e-9
KS = (5, 20, 50)
SOURCES = ("hybrid", "buy_again", "popularity")
Lists = dict[tuple[str, str, str], list[str]]


@pytest.fixture(scope="module")
def lists(demo_build: Run) -> Lists:
    """Products by rank, for each mode, source and customer."""
    found = defaultdict(list)
    for mode, source, customer, product in demo_build.query(
        f"""select mode, source, customer_id, product_index from evaluation.evaluated_lists
        inner join cleaning.clean_customers using (customer_index)
        where cutoff_id = 'test' and source in {SOURCES} order by mode, source, customer_id, list_rank"""
    ):
        found[mode, source, customer].append(product)
    return found


@pytest.fixture(scope="module")
def labels(demo_build: Run) -> dict[tuple[str, str], set[str]]:
    """Relevant products by mode and customer."""
    found = defaultdict(set)
    for mode, customer, product in demo_build.query(
        """select mode, customer_id, product_index from evaluation.evaluation_labels
        inner join cleaning.clean_customers using (customer_index) where cutoff_id = 'test'"""
    ):
        found[mode, customer].add(product)
    return found


@pytest.mark.parametrize("k", KS)
def test_metrics_equal_trec_eval(demo_build: Run, lists: Lists, labels: dict, k: int) -> None:
    rows = demo_build.query(
        f"""select mode, source, customer_id, relevant_count, ndcg_at_k, recall_at_k, recall_capped_at_k, precision_at_k,
            hit_rate_at_k, mrr_at_k, map_at_k
        from evaluation.customer_metrics where cutoff_id = 'test' and k = {k} and source in {SOURCES}"""
    )
    measures = {f"ndcg_cut.{k}", f"recall.{k}", f"P.{k}", f"success.{k}", "recip_rank", f"map_cut.{k}"}
    theirs = {}
    for mode in ("all", "discovery"):
        relevant = {c: {str(p): 1 for p in found} for (m, c), found in labels.items() if m == mode}
        evaluator = pytrec_eval.RelevanceEvaluator(relevant, measures)
        for source in SOURCES:
            cut = {
                c: {str(p): float(-rank) for rank, p in enumerate(found[:k])}
                for (m, s, c), found in lists.items()
                if (m, s) == (mode, source)
            }
            theirs |= {(mode, source, c): scores for c, scores in evaluator.evaluate(cut).items()}
    without_list = 0
    for mode, source, customer, relevant_count, *ours in rows:
        scores = theirs.get((mode, source, customer))
        if scores is None:
            without_list += 1
            assert ours == [0.0] * 7
            continue
        capped = relevant_count / min(k, relevant_count)
        expected = [
            scores[f"ndcg_cut_{k}"],
            scores[f"recall_{k}"],
            scores[f"recall_{k}"] * capped,
            scores[f"P_{k}"],
            scores[f"success_{k}"],
            scores["recip_rank"],
            scores[f"map_cut_{k}"] * capped,
        ]
        assert ours == pytest.approx(expected, abs=TOLERANCE), (mode, source, customer)
    assert len(rows) > 1000
    assert 0 < without_list < len(rows) / 2  # buy_again has no list for customers without history


@pytest.mark.parametrize("k", KS)
def test_ndcg_and_auc_equal_scikit_learn(demo_build: Run, lists: Lists, labels: dict, k: int) -> None:
    catalogue = [
        row[0] for row in demo_build.query("select product_index from evaluation.evaluated_products where cutoff_id = 'test'")
    ]
    seen = defaultdict(set)
    for customer, product in demo_build.query(
        """select customer_id, product_index from interactions.customer_product_strengths
        inner join cleaning.clean_customers using (customer_index) where cutoff_id = 'test'"""
    ):
        seen[customer].add(product)
    rows = demo_build.query(
        f"""select mode, source, customer_id, ndcg_at_k, auc_at_k
        from evaluation.list_metrics inner join evaluation.customer_metrics using (cutoff_id, mode, source, customer_id, k)
        where cutoff_id = 'test' and k = {k} and source in {SOURCES} order by all"""
    )
    for mode, source, customer, gain, auc in rows[::5]:
        products = [p for p in catalogue if mode == "all" or p not in seen[customer]]
        ranks = {p: rank for rank, p in enumerate(lists[mode, source, customer][:k])}
        truth = np.array([[p in labels[mode, customer] for p in products]], dtype=float)
        scores = np.array([[-float(ranks.get(p, k)) for p in products]])
        assert auc == pytest.approx(roc_auc_score(truth[0], scores[0]), abs=TOLERANCE), (mode, source, customer)
        # scikit-learn averages the gain of tied scores, so products outside the list get distinct scores below those in it.
        order = np.argsort(truth[0], kind="stable")  # relevant products last, so that none of them enters the first k
        scores[0, order] -= np.where(scores[0, order] == -k, np.arange(1, len(order) + 1), 0.0)
        full = len(ranks) == k  # scikit-learn would fill the open positions of a shorter list
        if full:
            assert gain == pytest.approx(ndcg_score(truth, scores, k=k), abs=TOLERANCE), (mode, source, customer)
    assert len(rows) > 200


def test_gini_equals_relative_mean_difference(demo_build: Run, lists: Lists) -> None:
    """Uses the other definition: the mean absolute difference over all pairs of products, divided by twice the mean."""
    catalogue = [
        row[0] for row in demo_build.query("select product_index from evaluation.evaluated_products where cutoff_id = 'test'")
    ]
    for mode, source, gini, coverage in demo_build.query(
        f"""select mode, source, gini, catalogue_coverage_share from evaluation.catalogue_metrics
        where cutoff_id = 'test' and k = 10 and source in {SOURCES}"""
    ):
        counts = dict.fromkeys(catalogue, 0)
        for (m, s, _), found in lists.items():
            if (m, s) == (mode, source):
                for product in found[:10]:
                    counts[product] += 1
        exposure = np.array(list(counts.values()), dtype=float)
        expected = np.abs(exposure[:, None] - exposure[None, :]).mean() / (2 * exposure.mean())
        assert gini == pytest.approx(expected, abs=TOLERANCE)
        assert coverage == pytest.approx((exposure > 0).mean(), abs=TOLERANCE)


def test_diversity_equals_mean_over_pairs(demo_build: Run, lists: Lists) -> None:
    """Computes some lists pair by pair, as the definition states."""
    vectors: dict[str, dict[int, float]] = defaultdict(dict)
    for product, term, weight in demo_build.query(
        """select product_index, term_index, weight from features.product_terms
        inner join evaluation.evaluated_products using (cutoff_id, product_index) where cutoff_id = 'test'"""
    ):
        vectors[product][term] = weight
    length = {p: math.sqrt(math.fsum(w * w for w in words.values())) for p, words in vectors.items()}
    rows = demo_build.query(
        f"""select mode, source, customer_id, intra_list_diversity from evaluation.list_metrics
        where cutoff_id = 'test' and k = 10 and source in {SOURCES} order by all"""
    )
    for mode, source, customer, diversity in rows[::50]:
        products = [p for p in lists[mode, source, customer][:10] if p in vectors]
        cosines = [
            math.fsum(w * vectors[b].get(t, 0.0) for t, w in vectors[a].items()) / length[a] / length[b]
            for i, a in enumerate(products)
            for b in products[:i]
        ]
        assert diversity == pytest.approx(1 - math.fsum(cosines) / len(cosines), abs=TOLERANCE)
