"""Inputs of tuning from a warehouse, for the tuning cutoffs only. No query here may read data from after them."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse_operations.files import explained
from warehouse_recommender.ranking import ranker
from warehouse_recommender.tuning import judging

TUNE = "(select cutoff_id, cutoff_at from interactions.cutoffs where purpose = 'tune')"
LONGEST_HALF_LIFE = 1e6  # days
QUERIES = {
    "interactions": f"""
        select
            cutoffs.cutoff_id, facts.customer_index, facts.product_index, facts.weight,
            (epoch(cutoffs.cutoff_at) - epoch(facts.occurred_at)) / 86400.0 as age_days,
            power(recency.step_weight, max(facts.moment_number) over (partition by cutoffs.cutoff_id, facts.customer_index)
                - facts.moment_number) as step_share
        from interactions.interactions as facts
        inner join {TUNE} as cutoffs on facts.occurred_at < cutoffs.cutoff_at
        cross join (select step_weight from interactions.source_trials where search = 'recency' and is_chosen) as recency
        qualify facts.reversed_at is null or facts.reversed_at >= cutoffs.cutoff_at
        order by cutoffs.cutoff_id, facts.customer_index, facts.product_index, facts.occurred_at, facts.weight
    """,
    "customers": f"""
        select cutoff_id, customer_index from features.cutoff_customers
        inner join {TUNE} as cutoffs using (cutoff_id)
        order by cutoff_id, customer_index
    """,
    "products": f"""
        select cutoff_id, product_index from interactions.cutoff_products
        inner join {TUNE} as cutoffs using (cutoff_id)
        order by cutoff_id, product_index
    """,
    "relevant": f"""
        select cutoff_id, customer_index, product_index from interactions.relevant_products
        inner join {TUNE} as cutoffs using (cutoff_id)
        inner join features.cutoff_customers using (cutoff_id, customer_index)
        order by cutoff_id, customer_index, product_index
    """,
    "disliked": f"""
        select cutoff_id, customer_index, product_index from features.eligibility_signals
        inner join {TUNE} as cutoffs using (cutoff_id)
        inner join features.cutoff_customers using (cutoff_id, customer_index)
        where is_disliked
        order by cutoff_id, customer_index, product_index
    """,
    "recency": "select half_life_days from interactions.source_trials where search = 'recency' and is_chosen",
    "spectral": "select pattern_share from interactions.source_trials where search = 'spectral' and is_chosen",
    "als": "select factors, regularization, alpha from interactions.source_trials where search = 'als' and is_chosen",
    "sweeps": "select max(iteration) as iterations from candidates.als_curves where is_chosen",
}


class NotBuiltError(Exception):
    """A warehouse without inputs for tuning; the message states the remedy."""


@dataclass(frozen=True)
class Inputs:
    """Tables of the tuning cutoffs, by the names of ``QUERIES``, and ``examples`` and ``features`` of the ranker."""

    tables: dict[str, pa.Table]
    features: pa.Table

    @cached_property
    def moments(self) -> list[judging.Moment]:
        """The tuning cutoffs as arrays."""
        return judging.moments(*(self.tables[name] for name in ("interactions", "customers", "products", "relevant", "disliked")))

    @property
    def chosen(self) -> dict[str, float]:
        """Vars that the build itself chose on the tuning cutoffs, and the share of patterns of spectral."""
        ((half_life, pattern_share),) = zip(
            *(
                self.tables[name][column].to_pylist()
                for name, column in (("recency", "half_life_days"), ("spectral", "pattern_share"))
            ),
            strict=True,
        )
        (size,) = self.tables["als"].to_pylist()
        others = {"strength_half_life_days": half_life or LONGEST_HALF_LIFE, "spectral_pattern_share": pattern_share}
        return {f"als_{name}": value for name, value in size.items()} | others

    @property
    def sweeps(self) -> int | None:
        """Sweeps of a fit of als from scratch, chosen by the build on the tuning cutoffs; None without a learning curve."""
        return self.tables["sweeps"]["iterations"].to_pylist()[0]


def read(warehouse: Path, advice: str) -> Inputs:
    """Read the inputs of tuning.

    Parameters
    ----------
    warehouse
        DuckDB file.
    advice
        Command that builds the warehouse, for the error message.

    Raises
    ------
    NotBuiltError
        If the file or a table doesn't exist, or if no customer can be evaluated at a tuning cutoff.
    """
    if not warehouse.exists():
        raise NotBuiltError(f"There is no warehouse {warehouse}. Build it first: {advice}")
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            features = connection.sql("select * from reference.ranker_features order by place").to_arrow_table()
            columns = ", ".join(["mode", *ranker.LABEL_COLUMNS, "weighted_score", *features["feature"].to_pylist()])
            queries = QUERIES | {"examples": f"select {columns} from ranking.ranking_examples order by list_index, pool_rank"}
            tables = {name: connection.sql(query).to_arrow_table().combine_chunks() for name, query in queries.items()}
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise NotBuiltError(f"The warehouse {warehouse} lacks inputs of tuning. Build it: {advice}\n{error}") from error
    except duckdb.Error as error:
        raise NotBuiltError(f"The warehouse {explained(warehouse, error)}") from error
    inputs = Inputs(tables, features)
    if not inputs.moments:
        raise NotBuiltError(
            f"At the tuning cutoffs of {warehouse}, no customer with a history chose a product, so quality can't be measured. "
            "After a refresh, make lists builds these cutoffs. Otherwise use more data, a smaller horizon_days, or tune_cutoffs "
            "of 1 or more."
        )
    return inputs
