"""A typical first recommender, one script of pandas and implicit, as the baseline of ``benchmarks/whole.py``.

The script reads the same files and does the same work as the build, in the most direct fair way. It cleans, and computes
features, ALS, content and popularity at each cutoff. It chooses blend weights on the tuning cutoff, measures metrics with
bootstrap intervals on the test cutoff, and lists ten products per customer at `live`. It isn't slowed on purpose: it merges,
groups and sorts whole columns, factorises with the bare library, and multiplies in blocks if the whole doesn't fit into memory.
It has no tests, reasons, rules or ledgers.
"""

import argparse
import itertools
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from implicit.cpu.als import AlternatingLeastSquares
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

PROJECT = Path(__file__).parent.parent
SETTINGS = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
HALF_LIFE_DAYS, FACTORS, PENALTY, ALPHA = 120, 64, 40.0, 5.0  # the build chooses these on the tuning cutoffs
LONGEST_SILENCE_DAYS, TREND_DAYS, RFM_SCORES, TUNING_LISTS, WEIGHT_STEPS = 90, 90, 5, 2000, 10  # constants of the models
SOURCES = ("als", "content", "popularity")
BLOCK = 2_000  # customers scored at once
DAY = pd.Timedelta(days=1)
NEAR_DUPLICATE_SECONDS = 5  # as in event_dispositions
OLDEST_AGE = 120  # years, as in standard_customers


def main(arguments: Sequence[str] | None = None) -> int:
    """Read a store, recommend and evaluate; return the exit status."""
    parser = argparse.ArgumentParser(prog="python benchmarks/plain_pandas.py", description=__doc__.splitlines()[0])
    parser.add_argument("store", type=Path, help="folder of the Parquet files")
    store = parser.parse_args(arguments).store
    lines, events, customers, products = clean(store)
    interactions = weighted(lines, events)
    as_of = interactions["at"].max() + pd.Timedelta(seconds=1)
    horizon = SETTINGS["horizon_days"] * DAY
    weights: tuple[float, ...] = ()
    for name, cutoff in (("tune", as_of - 2 * horizon), ("test", as_of - horizon), ("live", as_of)):
        history = interactions[interactions["at"] < cutoff]
        features = customer_features(lines[lines["at"] < cutoff], history, customers, cutoff)
        features.to_parquet(store / f"plain_features_{name}.parquet")
        product_features(lines[lines["at"] < cutoff], products, cutoff).to_parquet(store / f"plain_products_{name}.parquet")
        audience = features.index
        future = interactions[(interactions["at"] >= cutoff) & (interactions["at"] < cutoff + horizon)]
        if name != "live":
            audience = audience[audience.isin(future["customer_id"])][: SETTINGS["customers_per_cutoff"]]
        found = candidates(history, products, audience, cutoff)
        if name == "tune":
            weights = best_weights(found, future)
            print("weights", dict(zip(SOURCES, weights, strict=True)))
        elif name == "test":
            for source in (*SOURCES, "blend"):
                chosen = weights if source == "blend" else tuple(float(source == each) for each in SOURCES)
                print(source, metrics(blended(found, chosen), future, audience))
        else:
            lists = blended(found, weights)
            lists.to_parquet(store / "plain_recommendations.parquet")
            print(f"{len(lists):,} rows for {lists['customer_id'].nunique():,} customers")
    return 0


def clean(store: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Read order lines, events, customers and products without duplicates, impossible rows and bots; amounts are in euros."""
    lines, events, customers, products = (
        pd.read_parquet(store / f"{table}.parquet").drop_duplicates()
        for table in ("order_lines", "events", "customers", "products")
    )
    for frame in (lines, events, customers, products):
        for column in frame.select_dtypes(["object", "string"]):
            frame[column] = frame[column].str.strip()
    rates = pd.read_csv(PROJECT / "seeds/reference/core/currency_rates.csv").set_index("currency")["units_per_eur"]
    lines["at"] = pd.to_datetime(lines["ordered_at"], errors="coerce", utc=True)
    lines["quantity"] = pd.to_numeric(lines["quantity"], errors="coerce")
    lines["price"] = pd.to_numeric(lines["unit_price"], errors="coerce") / lines["currency"].map(rates).fillna(1)
    undone = lines[(lines["quantity"] < 0) | (lines["status"] == "cancelled")][["customer_id", "product_id"]].drop_duplicates()
    undone["undone"] = True
    lines = lines[(lines["quantity"] > 0) & (lines["price"] > 0) & (lines["status"] == "completed")]
    lines = lines.dropna(subset=["customer_id", "product_id", "at"]).sort_values("at")
    lines = lines.drop_duplicates(["order_id", "product_id"], keep="last")
    # A returned product is no taste: the last purchase of the product is removed.
    lines = lines.merge(undone, how="left", on=["customer_id", "product_id"])
    last = ~lines.duplicated(["customer_id", "product_id"], keep="last")
    lines = lines[~(lines["undone"].notna() & last)].drop(columns="undone")
    for column in ("price", "quantity"):
        logs = np.log(lines[column].astype(float))
        middle = logs.median()
        spread = 1.4826 * (logs - middle).abs().median()
        lines[column] = np.exp(logs.clip(middle - 3.5 * spread, middle + 3.5 * spread)) if spread > 0 else lines[column]
    lines["amount"] = lines["price"] * lines["quantity"]

    events["at"] = pd.to_datetime(events["occurred_at"], errors="coerce", utc=True)
    events = events.dropna(subset=["customer_id", "product_id", "at"]).sort_values(
        ["customer_id", "product_id", "event_type", "at"]
    )
    gap = events.groupby(["customer_id", "product_id", "event_type"])["at"].diff()
    events = events[~(gap <= pd.Timedelta(seconds=NEAR_DUPLICATE_SECONDS))]
    pace = events.groupby(["customer_id", events["at"].dt.floor("min")]).size()
    bots = pace[pace >= SETTINGS["bot_events_per_minute"]].index.get_level_values(0).unique()
    events = events[~events["customer_id"].isin(bots)]
    days = lines["at"].dt.normalize().drop_duplicates().sort_values()
    newest = days[~(days.diff() > LONGEST_SILENCE_DAYS * DAY).cummax()].max() + DAY  # later times are clock errors
    lines, events = lines[lines["at"] <= newest], events[events["at"] <= newest]

    customers = customers.dropna(subset=["customer_id"]).drop_duplicates("customer_id", keep="last").set_index("customer_id")
    born = pd.to_datetime(customers["birth_date"], errors="coerce", utc=True)
    age = pd.to_numeric(customers["age"], errors="coerce").astype(float).fillna((newest - born).dt.days / 365.25)
    customers["age"] = age.where(age.between(0, OLDEST_AGE)).fillna(age.median())
    for column in ("gender", "country"):
        customers[column] = customers[column].str.lower().fillna("unknown")
    products = products.dropna(subset=["product_id"]).drop_duplicates("product_id", keep="last").set_index("product_id")
    for column in ("name", "description", "category", "brand"):
        products[column] = products[column].fillna("").str.lower()
    return lines, events, customers, products


def weighted(lines: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Return one row per interaction: customer, product, time, weight of its type."""
    weights = pd.read_csv(PROJECT / "seeds/reference/core/event_weights.csv").set_index("event_type")["weight"]
    bought = lines[["customer_id", "product_id", "at"]].assign(weight=weights["purchase"])
    seen = events[["customer_id", "product_id", "at"]].assign(weight=events["event_type"].map(weights))
    return pd.concat([bought, seen.dropna(subset=["weight"])], ignore_index=True)


def customer_features(lines: pd.DataFrame, history: pd.DataFrame, customers: pd.DataFrame, cutoff: pd.Timestamp) -> pd.DataFrame:
    """Return RFM and its scores, rhythm, baskets, mixes and context of every customer as of the cutoff."""
    orders = lines.groupby(["customer_id", "order_id"]).agg(
        at=("at", "max"), amount=("amount", "sum"), size=("product_id", "size")
    )
    orders = orders.reset_index().sort_values(["customer_id", "at"])
    orders["gap"] = orders.groupby("customer_id")["at"].diff() / DAY
    by_customer = orders.groupby("customer_id")
    features = pd.DataFrame(
        {
            "recency": (cutoff - by_customer["at"].max()) / DAY,
            "frequency": by_customer.size(),
            "monetary": by_customer["amount"].sum(),
            "basket_size": by_customer["size"].mean(),
            "gap_mean": by_customer["gap"].mean(),
            "gap_std": by_customer["gap"].std(),
            "tenure": (cutoff - by_customer["at"].min()) / DAY,
        }
    )
    for name, rising in (("recency", False), ("frequency", True), ("monetary", True)):
        features[f"{name}_score"] = np.ceil(features[name].rank(pct=True, ascending=rising) * RFM_SCORES)
    recent = lines[lines["at"] >= cutoff - TREND_DAYS * DAY].groupby("customer_id").size()
    features["recent_share"] = recent.reindex(features.index).fillna(0) / lines.groupby("customer_id").size()
    hours = lines.assign(
        part=pd.cut(lines["at"].dt.hour, [-1, 5, 11, 17, 23], labels=["night", "morning", "afternoon", "evening"])
    )
    for column, frame in (("part", hours), ("device", lines), ("country", lines)):
        counts = frame.groupby(["customer_id", column], observed=True).size().unstack(fill_value=0)
        shares = counts.div(counts.sum(axis=1), axis=0)
        features[f"usual_{column}"] = shares.idxmax(axis=1).astype(str)
        features[f"{column}_entropy"] = -(shares * np.log2(shares.where(shares > 0, 1))).sum(axis=1)
    features["product_count"] = history.groupby("customer_id")["product_id"].nunique()
    features["interaction_count"] = history.groupby("customer_id").size()
    everybody = customers.index.union(history["customer_id"].unique())
    return features.reindex(everybody).join(customers[["age", "gender", "country"]])


def product_features(lines: pd.DataFrame, products: pd.DataFrame, cutoff: pd.Timestamp) -> pd.DataFrame:
    """Return sales, buyers, price and trend of every product as of the cutoff."""
    by_product = lines.groupby("product_id")
    period = TREND_DAYS * DAY
    now = lines[lines["at"] >= cutoff - period].groupby("product_id").size()
    before = lines[(lines["at"] < cutoff - period) & (lines["at"] >= cutoff - 2 * period)].groupby("product_id").size()
    features = pd.DataFrame(
        {
            "sales": by_product.size(),
            "buyers": by_product["customer_id"].nunique(),
            "price": by_product["price"].median(),
            "days_since_sale": (cutoff - by_product["at"].max()) / DAY,
        }
    ).reindex(products.index)
    features["trend"] = np.log((now.reindex(products.index).fillna(0) + 1) / (before.reindex(products.index).fillna(0) + 1))
    return features


def candidates(history: pd.DataFrame, products: pd.DataFrame, audience: pd.Index, cutoff: pd.Timestamp) -> pd.DataFrame:
    """Return the best products of each source for each customer of the audience, with ranks; repeats are allowed."""
    age = (cutoff - history["at"]) / DAY
    taste = history.assign(strength=history["weight"] * 0.5 ** (age / HALF_LIFE_DAYS))
    strengths = taste.groupby(["customer_id", "product_id"], as_index=False)["strength"].sum()
    everybody, catalogue = pd.Index(strengths["customer_id"].unique()), products.index
    strengths = strengths[strengths["product_id"].isin(catalogue)]
    rows, columns = everybody.get_indexer(strengths["customer_id"]), catalogue.get_indexer(strengths["product_id"])
    matrix = sparse.csr_matrix(
        (strengths["strength"].astype(np.float32), (rows, columns)), shape=(len(everybody), len(catalogue))
    )
    listed = everybody.get_indexer(audience)
    known, count = listed[listed >= 0], min(SETTINGS["candidates_per_source"], len(catalogue))

    confidences = matrix.copy()
    confidences.data = 1 + np.float32(ALPHA) * confidences.data
    model = AlternatingLeastSquares(
        factors=FACTORS,
        regularization=PENALTY,
        iterations=SETTINGS["als_iterations"],
        random_state=SETTINGS["seed"],
    )
    model.fit(confidences, show_progress=False)
    found = []
    for part in blocks(known):
        ids, _ = model.recommend(part, confidences[part], N=count, filter_already_liked_items=False)
        found.append(ranked("als", everybody[part], catalogue, ids))

    texts = products[["name", "description", "category", "brand"]].agg(" ".join, axis=1)
    words = TfidfVectorizer(sublinear_tf=True, dtype=np.float32).fit_transform(texts)
    for part in blocks(known):
        scores = (normalize(matrix[part] @ words) @ words.T).toarray()
        found.append(ranked("content", everybody[part], catalogue, best(scores, count)))

    popularity = history.assign(strength=history["weight"] * 0.5 ** (age / SETTINGS["popularity_half_life_days"]))
    popular = popularity.groupby("product_id")["strength"].sum().reindex(catalogue).fillna(0).to_numpy()
    top = best(popular[None, :], count)
    for part in blocks(np.arange(len(audience))):
        found.append(ranked("popularity", audience[part], catalogue, np.repeat(top, len(part), axis=0)))
    return pd.concat(found, ignore_index=True)


def blocks(rows: np.ndarray) -> Iterator[np.ndarray]:
    """Divide rows into blocks of BLOCK."""
    return (rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK))


def best(scores: np.ndarray, count: int) -> np.ndarray:
    """Return the columns of the highest scores of each row, best first."""
    top = np.argpartition(-scores, count - 1, axis=1)[:, :count]
    return np.take_along_axis(top, np.argsort(-np.take_along_axis(scores, top, axis=1), axis=1, kind="stable"), axis=1)


def ranked(source: str, customers: pd.Index, catalogue: pd.Index, columns: np.ndarray) -> pd.DataFrame:
    """Return one row per customer and product of a block of lists."""
    width = columns.shape[1]
    return pd.DataFrame(
        {
            "source": source,
            "customer_id": np.repeat(customers.to_numpy(), width),
            "product_id": catalogue.to_numpy()[columns.ravel()],
            "rank": np.tile(np.arange(1, width + 1), len(customers)),
        }
    )


def pool(found: pd.DataFrame) -> pd.DataFrame:
    """Return one row per customer and product and one column per source: 1 at rank 1, falling with the logarithm of the rank."""
    found = found.assign(score=1 - np.log(found["rank"]) / np.log(SETTINGS["candidates_per_source"] + 1))
    wide = found.pivot_table(index=["customer_id", "product_id"], columns="source", values="score", fill_value=0)
    return wide.reindex(columns=list(SOURCES), fill_value=0).reset_index()


def blended(found: pd.DataFrame, weights: Sequence[float], length: int = 10) -> pd.DataFrame:
    """Return the first `length` products per customer by weighted score."""
    return first(pool(found), weights, length)


def first(wide: pd.DataFrame, weights: Sequence[float], length: int) -> pd.DataFrame:
    """Do the same for a pool that is already wide."""
    lists = wide[["customer_id", "product_id"]].assign(score=wide[list(SOURCES)].to_numpy() @ np.asarray(weights))
    lists = lists[lists["score"] > 0].sort_values(["customer_id", "score", "product_id"], ascending=[True, False, True])
    lists["rank"] = lists.groupby("customer_id").cumcount() + 1
    return lists[lists["rank"] <= length]


def best_weights(found: pd.DataFrame, future: pd.DataFrame) -> tuple[float, ...]:
    """Search a grid of tenths for the best nDCG@10 of at most TUNING_LISTS customers."""
    drawn = found["customer_id"].drop_duplicates()[:TUNING_LISTS]
    wide = pool(found[found["customer_id"].isin(drawn)])
    steps = WEIGHT_STEPS
    grid = [w for w in itertools.product(range(steps + 1), repeat=len(SOURCES)) if sum(w) == steps]
    scored = {w: per_customer(first(wide, w, 10), future, drawn)["ndcg"].mean() for w in grid}
    return tuple(weight / steps for weight in max(grid, key=scored.__getitem__))


def per_customer(lists: pd.DataFrame, future: pd.DataFrame, customers: pd.Series | pd.Index) -> pd.DataFrame:
    """Return nDCG, recall, hit rate and average precision at 10 of each customer with a relevant product; 0 without a list."""
    relevant = future[["customer_id", "product_id"]].drop_duplicates()
    relevant = relevant[relevant["customer_id"].isin(customers)]
    totals = relevant.groupby("customer_id").size()
    hits = lists.merge(relevant, on=["customer_id", "product_id"]).sort_values(["customer_id", "rank"])
    hits["gain"] = 1 / np.log2(hits["rank"] + 1)
    hits["precision"] = (hits.groupby("customer_id").cumcount() + 1) / hits["rank"]
    sums = hits.groupby("customer_id")[["gain", "precision"]].sum().reindex(totals.index).fillna(0)
    counts = hits.groupby("customer_id").size().reindex(totals.index).fillna(0)
    ideal = np.cumsum(1 / np.log2(np.arange(2, 12)))[np.minimum(totals, 10) - 1]
    return pd.DataFrame(
        {
            "ndcg": sums["gain"] / ideal,
            "recall": counts / totals,
            "hit_rate": (counts > 0).astype(float),
            "map": sums["precision"] / np.minimum(totals, 10),
        }
    )


def metrics(lists: pd.DataFrame, future: pd.DataFrame, audience: pd.Index) -> dict[str, str]:
    """Return means over the audience with Poisson bootstrap intervals."""
    values = per_customer(lists, future, audience)
    draws = np.random.default_rng(1).poisson(1, (SETTINGS["evaluation_bootstrap_replicates"], len(values)))
    means = draws @ values.to_numpy() / draws.sum(axis=1, keepdims=True)
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    return {
        name: f"{values[name].mean():.4f} ({low[column]:.4f} to {high[column]:.4f})" for column, name in enumerate(values.columns)
    }


if __name__ == "__main__":
    sys.exit(main())
