"""Every published reason of the demo store matches a template, and its claim is true for that customer."""

import csv
import re
from calendar import month_name
from collections import Counter, defaultdict
from datetime import date

import pytest

from tests.conftest import PROJECT, Run

DUE_SHARE = 0.75  # share of a stated cycle after which a product is due
PLACES = {"in your country": "country", "on your device": "device", "at your usual time of day": "daypart"}
PUBLISHED_AS = {"context_popularity": "popularity"}  # reason sources that are published under another source's name
GENERAL = {"exploration": "We show this to learn whether you like it", "rule": "Selected for you by our team"}
UNSPECIFIC = "Recommended for you"
LISTED = """
    select
        customer_id, product_id, rank, tier, is_exploration,
        reasons.source, reasons.reason_code, reasons.reason_text, evidence_product_id
    from marts.recommendations as lists inner join marts.recommendation_reasons as reasons using (customer_id, product_id)
    order by customer_id, rank
"""


def pattern(template: str) -> re.Pattern:
    """Return a pattern for the filled template; each placeholder matches any text."""
    parts = re.split(r"\{(\w+)\}", template)
    return re.compile("".join(f"(?P<{part}>.+)" if place % 2 else re.escape(part) for place, part in enumerate(parts)))


@pytest.fixture(scope="module")
def claims(demo_build: Run) -> list[dict]:
    """The published rows, each with the template of its reason and the values of its placeholders."""
    with (PROJECT / "seeds" / "reference" / "core" / "reason_templates.csv").open() as lines:
        templates = [(row["source"], row["reason_code"], row["template"]) for row in csv.DictReader(lines)]
    templates += demo_build.query(
        "select source, reason_code, reason_text from ranking.candidate_sources where reason_text is not null"
    )
    names = ["customer", "product", "rank", "tier", "is_exploration", "source", "code", "text", "evidence"]
    found = []
    for row in demo_build.query(LISTED):
        claim = dict(zip(names, row, strict=True))
        fitting = [
            (template, match.groupdict())
            for source, code, template in templates
            if (PUBLISHED_AS.get(source, source), code) == (claim["source"], claim["code"])
            and (match := pattern(template).fullmatch(claim["text"]))
        ]
        fixed = claim["text"] in (GENERAL.get(claim["source"]), UNSPECIFIC)
        assert fitting or fixed, claim
        # If several templates match, the longest one leaves least to the placeholders.
        claim["template"], claim["values"] = max(fitting, key=lambda fit: len(fit[0])) if fitting else (claim["text"], {})
        found.append(claim)
    return found


def pairs(run: Run, sql: str) -> set[tuple]:
    return set(run.query(sql))


def month_text(day: date, now: date) -> str:
    return month_name[day.month] + ("" if day.year == now.year else f" {day.year}")


def test_reasons_about_the_history_are_true(demo_build: Run, claims: list[dict]) -> None:
    """Fails if "you bought it" names a product only viewed, a month or product is wrong, or a cycle product is not due."""
    ((now,),) = demo_build.query("select cast(as_of as date) from cleaning.as_of")
    last_bought = {
        (customer, product): day
        for customer, product, day in demo_build.query(
            """select customer_id, product_id, cast(max(occurred_at) as date) from interactions.purchases
            inner join cleaning.clean_customers using (customer_index) inner join cleaning.clean_products using (product_index)
            where not is_returned and reversed_at is null group by all"""
        )
    }
    interacted = pairs(
        demo_build,
        """select customer_id, product_id from interactions.interactions
        inner join cleaning.clean_customers using (customer_index) inner join cleaning.clean_products using (product_index)
        where reversed_at is null""",
    )
    names = dict(demo_build.query("select product_id, name from marts.products"))
    cycles = dict(
        demo_build.query(
            """select product_id, cycle_days from features.product_cycles
            inner join cleaning.clean_products using (product_index) where cutoff_id = 'live'"""
        )
    )
    with_history = {customer for customer, _ in interacted}
    checked = Counter()
    for claim in claims:
        own, values = (claim["customer"], claim["product"]), claim["values"]
        evidence = (claim["customer"], claim["evidence"])
        if "product" in values or "seen" in values:
            assert names[claim["evidence"]] == values.get("product", values.get("seen")), claim
            assert evidence in interacted, claim
            assert claim["evidence"] != claim["product"], claim
        else:
            assert claim["evidence"] is None, claim
        if "seen" in values:
            assert evidence not in last_bought, claim
        if "month" in values:
            assert month_text(last_bought[evidence], now) == values["month"], claim
        if "own_month" in values:
            assert month_text(last_bought[own], now) == values["own_month"], claim
        if "days" in values:
            assert round(cycles[claim["product"]]) == int(values["days"]), claim
            assert (now - last_bought[own]).days >= DUE_SHARE * cycles[claim["product"]] - 1, claim
        if "viewed this before" in claim["text"]:
            assert own in interacted - last_bought.keys(), claim
        if "your history" in claim["text"] or "history like yours" in claim["text"]:
            assert claim["customer"] in with_history, claim
        checked.update(values.keys())
    assert min(checked[name] for name in ("product", "seen", "month", "own_month", "days")) > 20, checked


def test_reasons_about_products_are_true(demo_build: Run, claims: list[dict]) -> None:
    """Fails if a product is wrongly called a favourite, or if related products share no customers, orders, steps or terms."""

    def live(columns: str, table: str, condition: str = "true") -> set[tuple]:
        return set(demo_build.query(f"select {columns} from {table} where cutoff_id = 'live' and {condition}"))

    ids = dict(demo_build.query("select product_id, product_index from cleaning.clean_products"))
    customers = dict(demo_build.query("select customer_id, customer_index from cleaning.clean_customers"))
    categories = dict(demo_build.query("select product_index, replace(category, '_', ' ') from cleaning.clean_products"))
    ranks = dict(live("product_index, popularity_rank", "interactions.cutoff_products"))
    follows = live("product_index, next_product_index", "features.product_transitions", "lift > 1")
    ordered = live("product_index, companion_index", "candidates.product_companions", "lift > 1")
    rising = live("product_index", "features.trending_products")
    holders, words = defaultdict(set), defaultdict(set)
    for product, customer in live("product_index, customer_index", "interactions.customer_product_strengths"):
        holders[product].add(customer)
    for product, term in live("product_index, term_index", "features.product_terms"):
        words[product].add(term)
    segments = dict(live("customer_index, segment", "features.customer_segments"))
    favourites = live("cell, unnest(product_indexes)", "candidates.segment_popularity_candidates")
    contexts = {
        (dimension, customer): cell
        for dimension in PLACES.values()
        for customer, cell in live(f"customer_index, {dimension}", "features.usual_contexts")
    }
    lifted = live("context, cell, product_index", "features.context_products", "lift >= 1")
    liked = live("customer_index, replace(category, '_', ' ')", "features.survey_tastes")

    by_category = defaultdict(list)
    for product in sorted(ranks, key=ranks.get):
        by_category[categories[product]].append(product)
    checked = Counter()
    for claim in claims:
        product, customer = ids[claim["product"]], customers[claim["customer"]]
        evidence, values = ids.get(claim["evidence"]), claim["values"]
        kind = claim["source"] if evidence is not None else claim["code"]
        if "category" in values:
            assert product in by_category[values["category"]][:3], claim
        if "now" in values:
            assert 2 * ranks[product] <= len(ranks), claim
        if "liked" in values:
            assert categories[product] == values["liked"], claim
            assert (customer, values["liked"]) in liked, claim
        if "place" in values:
            dimension = PLACES[values["place"]]
            assert (dimension, contexts[dimension, customer], product) in lifted, claim
        if kind == "next_purchase":
            assert (evidence, product) in follows, claim
        if kind == "bought_together":
            assert (evidence, product) in ordered, claim
        if kind == "neighbours":
            assert holders[evidence] & holders[product], claim
        if kind == "content":
            assert words[evidence] & words[product], claim
        if kind == "trending":
            assert (product,) in rising, claim
        if kind == "popular_in_segment":
            assert (segments[customer], product) in favourites, claim
        checked.update([*values, kind])
    assert min(checked[name] for name in ("category", "now", "liked", "next_purchase", "neighbours")) > 10, checked


def test_only_explorations_have_the_exploration_reason(claims: list[dict]) -> None:
    assert {claim["is_exploration"] for claim in claims} == {False, True}
    for claim in claims:
        explores = (claim["source"], claim["code"], claim["text"]) == ("exploration", "exploration", GENERAL["exploration"])
        assert explores == claim["is_exploration"], claim


def test_nearly_every_reason_is_specific(claims: list[dict]) -> None:
    assert sum(claim["text"] == UNSPECIFIC for claim in claims) < 0.01 * len(claims)


def test_lists_repeat_a_reason_only_if_the_product_has_no_other(demo_build: Run, claims: list[dict]) -> None:
    """When a list repeats a sentence, it has already used every other reason available for that product."""
    options = defaultdict(set)
    for *row, text in demo_build.query(
        """select customer_id, product_id, reason_text from explanations.reason_options
        inner join cleaning.clean_customers using (customer_index) inner join cleaning.clean_products using (product_index)"""
    ):
        options[tuple(row)].add(text)
    used_texts: dict[str, Counter] = defaultdict(Counter)
    for claim in claims:
        before = used_texts[claim["customer"]]
        if not claim["is_exploration"] and before[claim["text"]]:
            assert all(before[text] for text in options[claim["customer"], claim["product"]]), claim
        before[claim["text"]] += 1
    of_history = [used_texts[claim["customer"]] for claim in claims if claim["tier"] == "history" and claim["rank"] == 1]
    monotonous = [counts for counts in of_history if max(counts.values()) >= 3]
    assert len(monotonous) < 0.05 * len(of_history)


def test_sources_lead_reasons_in_proportion_to_their_contributions(demo_build: Run, claims: list[dict]) -> None:
    """A source leads at most 1.5 times its share of contributions, plus a twentieth of all rows."""
    shares = demo_build.query(
        """with contributions as (
            select customer_id, product_id, source, sum(contribution) as contribution
            from marts.recommendation_evidence inner join ranking.candidate_sources using (source)
            group by all having sum(contribution) > 0
        ), shared as (
            select *, contribution / sum(contribution) over (partition by customer_id, product_id) as share from contributions
        )
        select shared.source, sum(share) from shared inner join marts.recommendations as lists using (customer_id, product_id)
        where lists.tier = 'history' and not is_exploration group by shared.source"""
    )
    of_history = [claim["source"] for claim in claims if claim["tier"] == "history" and claim["source"] not in GENERAL]
    contributed, led = dict(shares), Counter(of_history)
    assert contributed.keys() >= led.keys()
    for source, count in led.items():
        assert count <= 1.5 * contributed[source] + 0.05 * len(of_history), source


def test_tiers_without_history_weigh_only_informed_sources(demo_build: Run) -> None:
    weighing = pairs(demo_build, "select tier, source from ranking.blend_weights where weight > 0 and activity_band = '0'")
    known = {"popularity": ["popularity", "trending"]}
    known["context"] = [*known["popularity"], "context_popularity"]
    known["survey"] = [*known["context"], "survey"]
    assert weighing <= {(tier, source) for tier, sources in known.items() for source in sources}
    assert {tier for tier, _ in weighing} == known.keys()
    with_history = demo_build.query(
        "select max(weight) from ranking.blend_weights where source = 'survey' and activity_band <> '0'"
    )
    assert with_history == [(0,)]


def test_gates_cover_customers_without_history_and_the_discovery_mode(demo_build: Run) -> None:
    gated = pairs(demo_build, "select gate, mode, slice from marts.gate_results")
    assert {("beats_popularity", "all", "without_history"), ("beats_sources", "all", "without_history")} <= gated
    assert {("beats_popularity", "discovery", "all"), ("beats_sources", "discovery", "with_history")} <= gated
