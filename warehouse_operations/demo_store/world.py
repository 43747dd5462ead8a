"""The latent structure: products with a style and a price band; customers with a segment, a style and an individual taste.

All arrays contain codes (indices into the tables of `plan`); texts are added later. Times are Unix seconds. Days are counted from
the start of the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from warehouse_operations.demo_store import plan
from warehouse_operations.demo_store.settings import (
    Chunk,
    Settings,
    dirt_total,
    numbers_with_gaps,
    portion,
    portion_before,
    random_stream,
)

N_CATEGORIES = len(plan.CATEGORIES)
N_SEGMENTS = len(plan.SEGMENTS)
N_STYLES = len(plan.STYLES)
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Catalogue:
    """The products, sorted by launch. All arrays have shape (P,) unless stated otherwise.

    Attributes
    ----------
    number : int64
        The digits of the product id.
    spare_numbers : int64, shape (near duplicates,)
        Free numbers for copies.
    category, brand, style, band : int64
        Codes.
    price_cents : int64
        List price in euro cents.
    launched_at, withdrawn_at : int64
        On sale from (inclusive) until (exclusive), Unix seconds; NEVER if not withdrawn.
    popularity : float64
        Weight within the category; 0 if never sold.
    partner : int64
        The product of the complementary category and the same style that is bought together with this product.
    choice_bounds : float64, shape (N_SEGMENTS * N_STYLES * N_CATEGORIES * products of a category,)
        Cumulative choice probabilities, concatenated over runs. Run r = (segment * N_STYLES + style) * N_CATEGORIES + category
        covers the interval r to r + 1, so one search finds the product for r + a uniform random number.
    choice_products : int64, same shape
        The product of each bound.
    """

    number: np.ndarray
    spare_numbers: np.ndarray
    category: np.ndarray
    brand: np.ndarray
    style: np.ndarray
    band: np.ndarray
    price_cents: np.ndarray
    launched_at: np.ndarray
    withdrawn_at: np.ndarray
    popularity: np.ndarray
    partner: np.ndarray
    choice_bounds: np.ndarray
    choice_products: np.ndarray

    @property
    def size(self) -> int:
        return self.number.size


@dataclass(frozen=True)
class Customers:
    """The customers of one chunk, sorted by sign-up. All arrays have shape (C,) unless stated otherwise.

    Attributes
    ----------
    number : int64
        The digits of the customer id.
    spare_numbers : int64, shape (near duplicates,)
        Free numbers for copies.
    segment, style : int64
        Codes: the planted truth.
    taste : float64, shape (C, N_CATEGORIES)
        The customer's individual category mix; rows add up to 1.
    is_shopper : bool
        False if the customer signed up and has no activity.
    signed_up_at : int64
        Unix seconds.
    first_day, last_day : int64
        Days of the window on which the customer may shop, from (inclusive) until (exclusive).
    orders_mean : float64
        Expected planned orders between those days; 0 for customers without activity.
    erasure_at : int64
        Time of the customer's erasure request, Unix seconds; NEVER if there is none.
    """

    number: np.ndarray
    spare_numbers: np.ndarray
    segment: np.ndarray
    style: np.ndarray
    taste: np.ndarray
    is_shopper: np.ndarray
    signed_up_at: np.ndarray
    first_day: np.ndarray
    last_day: np.ndarray
    orders_mean: np.ndarray
    erasure_at: np.ndarray

    @property
    def size(self) -> int:
        return self.number.size


# --- calendar ---------------------------------------------------------------------------------------------------------


@cache
def calendar() -> tuple[np.ndarray, np.ndarray]:
    """Return month (0 to 11) and weekday (0 = Monday) of each day of the window, int64 arrays of shape (days,)."""
    days = np.datetime64(plan.WINDOW_START, "s").astype("datetime64[D]") + np.arange(plan.WINDOW_DAYS)
    months = days.astype("datetime64[M]").astype(np.int64) % 12
    weekdays = (days.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
    return months, weekdays


@cache
def volume_before() -> np.ndarray:
    """Return the share of the window's order volume before each day, float64 of shape (days + 1,), from 0 to 1."""
    months, weekdays = calendar()
    volume = np.array(plan.MONTH_VOLUME)[months] * np.array(plan.WEEKDAY_VOLUME)[weekdays]
    return np.concatenate([[0.0], np.cumsum(volume) / volume.sum()])


@cache
def context_boosts() -> np.ndarray:
    """Return the factor of every context for every category, shape (dayparts * devices * 2 * 12, N_CATEGORIES).

    The row of a context is ``((daypart * devices + device) * 2 + is_weekend) * 12 + month``; see :func:`context_of`.
    """
    categories = plan.CATEGORIES
    daypart = np.array([category.dayparts for category in categories]).T
    device = np.array([category.devices for category in categories]).T
    weekend = np.array([[1.0, category.weekend] for category in categories]).T
    peak = np.array([category.peak_month for category in categories])
    amplitude = np.array([category.season for category in categories])
    month = 1 + amplitude * np.cos(2 * np.pi * (np.arange(1, 13)[:, None] - peak) / 12)
    boosts = np.einsum("pc,dc,wc,mc->pdwmc", daypart, device, weekend, month)
    return boosts.reshape(-1, N_CATEGORIES)


def context_of(daypart: np.ndarray, device: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Return the row of :func:`context_boosts` for each time; all arrays have the same shape."""
    months, weekdays = calendar()
    is_weekend = weekdays[day] >= plan.WEEKEND_FIRST_WEEKDAY
    return ((daypart * len(plan.DEVICES) + device) * 2 + is_weekend) * 12 + months[day]


# --- products ---------------------------------------------------------------------------------------------------------


def make_catalogue(settings: Settings) -> Catalogue:
    """Draw the products of a store and the probabilities with which each kind of customer chooses them."""
    rng = random_stream(settings, "catalogue")
    count = settings.products
    number, spare = numbers_with_gaps(rng, 1, count, dirt_total(settings, "products", "near_duplicate"))
    category = _spread_over(rng, N_CATEGORIES, count)
    style = _spread_over(rng, N_STYLES, count)
    band = rng.choice(len(plan.PRICE_BANDS), size=count, p=plan.BAND_SHARES)
    brand = (plan.BRAND_STEP * category + rng.integers(plan.BRANDS_PER_CATEGORY, size=count)) % len(plan.BRANDS)
    launched_at, is_never_sold = _draw_launches(rng, count)
    popularity = np.where(is_never_sold, 0.0, _draw_popularity(rng, category))
    choice_bounds, choice_products = _choice_table(rng, category, style, band, brand, popularity)
    return Catalogue(
        number=number,
        spare_numbers=spare,
        category=category,
        brand=brand,
        style=style,
        band=band,
        price_cents=_draw_prices(rng, category, band),
        launched_at=launched_at,
        withdrawn_at=_draw_withdrawals(rng, launched_at),
        popularity=popularity,
        partner=_draw_partners(rng, category, style, popularity),
        choice_bounds=choice_bounds,
        choice_products=choice_products,
    )


def _spread_over(rng: np.random.Generator, values: int, count: int) -> np.ndarray:
    """Return `count` codes below `values`, shuffled within blocks, so that any range of rows contains all values evenly."""
    blocks = -(-count // values)
    return rng.permuted(np.tile(np.arange(values), (blocks, 1)), axis=1).ravel()[:count]


def _draw_launches(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return increasing launch times (P,), and whether the product was launched too late to be sold (P,)."""
    never_sold = max(1, round(count * plan.NEVER_SOLD_SHARE))
    new = round(count * plan.NEW_SHARE)
    spans = (
        (count - new - never_sold, plan.FIRST_LAUNCH, plan.LAST_OLD_LAUNCH),
        (new, plan.WINDOW_START, plan.AS_OF - plan.NEW_UNTIL_DAYS * plan.DAY),
        (never_sold, plan.AS_OF - plan.NEVER_SOLD_DAYS * plan.DAY, plan.AS_OF - plan.DAY),
    )
    launches = np.concatenate([np.sort(rng.integers(start, stop, size=size)) for size, start, stop in spans])
    return launches, np.arange(count) >= count - never_sold


def _draw_withdrawals(rng: np.random.Generator, launched_at: np.ndarray) -> np.ndarray:
    """Return the withdrawal time of each product (P,); only products from before the window are withdrawn."""
    withdrawn_at = np.full(launched_at.size, NEVER)
    established = np.flatnonzero(launched_at < plan.WINDOW_START)
    chosen = rng.choice(established, size=round(launched_at.size * plan.UNAVAILABLE_SHARE), replace=False)
    low, high = plan.WITHDRAWN_DAYS
    withdrawn_at[chosen] = plan.AS_OF - rng.integers(low * plan.DAY, high * plan.DAY, size=chosen.size)
    return withdrawn_at


def _draw_popularity(rng: np.random.Generator, category: np.ndarray) -> np.ndarray:
    """Return a long-tailed weight (P,): a random rank within the category, raised to -exponent."""
    popularity = np.empty(category.size)
    for code in range(N_CATEGORIES):
        members = np.flatnonzero(category == code)
        popularity[members] = (1.0 + rng.permutation(members.size)) ** -plan.POPULARITY_EXPONENT
    return popularity


def _draw_prices(rng: np.random.Generator, category: np.ndarray, band: np.ndarray) -> np.ndarray:
    """Return list prices in euro cents (P,)."""
    typical = np.array([entry.price for entry in plan.CATEGORIES])[category] * np.array(plan.BAND_FACTORS)[band]
    noise = rng.uniform(1 - plan.PRICE_NOISE, 1 + plan.PRICE_NOISE, size=category.size)
    return np.rint(typical * noise * 100).astype(np.int64)


def _draw_partners(rng: np.random.Generator, category: np.ndarray, style: np.ndarray, popularity: np.ndarray) -> np.ndarray:
    """Return for each product a product of the complementary category and the same style, drawn by popularity (P,)."""
    partner = np.empty(category.size, dtype=np.int64)
    complement = np.array([plan.CATEGORY_NAMES.index(entry.goes_with) for entry in plan.CATEGORIES])
    for code in range(N_CATEGORIES):
        for style_code in range(N_STYLES):
            members = (category == code) & (style == style_code)
            weight = popularity * (category == complement[code])
            same_style = weight * (style == style_code)
            weight = same_style if same_style.any() else weight
            partner[members] = rng.choice(category.size, size=members.sum(), p=weight / weight.sum())
    return partner


def _choice_table(
    rng: np.random.Generator,
    category: np.ndarray,
    style: np.ndarray,
    band: np.ndarray,
    brand: np.ndarray,
    popularity: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return `choice_bounds` and `choice_products` of the catalogue.

    The weight of a product is popularity * style boost * the segment's weights of its price band and of its brand.
    """
    bands = np.array([segment.bands for segment in plan.SEGMENTS])
    affinity = rng.choice(plan.BRAND_AFFINITIES, size=(N_SEGMENTS, len(plan.BRANDS)))
    members = [np.flatnonzero(category == code) for code in range(N_CATEGORIES)]
    bounds, products = [], []
    for segment in range(N_SEGMENTS):
        segment_weight = popularity * bands[segment][band] * affinity[segment][brand]
        for style_code in range(N_STYLES):
            weight = segment_weight * np.where(style == style_code, plan.STYLE_BOOST, 1.0)
            for code in range(N_CATEGORIES):
                cumulative = np.cumsum(weight[members[code]])
                bounds.append(len(bounds) + cumulative / cumulative[-1])
                products.append(members[code])
    return np.concatenate(bounds), np.concatenate(products)


# --- customers --------------------------------------------------------------------------------------------------------


def customers_without_history(settings: Settings) -> int:
    """Return the number of customers who sign up without any activity (bots may later use some of these accounts)."""
    return round(settings.customers * plan.NO_HISTORY_SHARE)


def make_customers(settings: Settings, chunk: Chunk) -> Customers:
    """Draw the customers of one chunk."""
    rng = random_stream(settings, "customers", chunk.number)
    duplicates = dirt_total(settings, "customers", "near_duplicate")
    first_number = 1 + chunk.start + portion_before(duplicates, chunk.start, settings)
    number, spare = numbers_with_gaps(rng, first_number, chunk.size, portion(duplicates, chunk, settings))
    segment = _spread_over(rng, N_SEGMENTS, chunk.size)
    is_shopper = np.ones(chunk.size, dtype=bool)
    idle = portion(customers_without_history(settings), chunk, settings)
    is_shopper[rng.choice(chunk.size, size=idle, replace=False)] = False
    signed_up_at = _draw_sign_ups(rng, settings, chunk)
    erasure_at = _draw_erasures(rng, settings, chunk, signed_up_at)
    first_day, last_day = _draw_stays(rng, signed_up_at, erasure_at)
    pace = np.array([entry.orders for entry in plan.SEGMENTS])[segment] * rng.gamma(
        plan.RATE_SHAPE, 1 / plan.RATE_SHAPE, size=chunk.size
    )
    exposure = volume_before()[last_day] - volume_before()[first_day]
    return Customers(
        number=number,
        spare_numbers=spare,
        segment=segment,
        style=rng.integers(N_STYLES, size=chunk.size),
        taste=_draw_tastes(rng, segment),
        is_shopper=is_shopper,
        signed_up_at=signed_up_at,
        first_day=first_day,
        last_day=last_day,
        orders_mean=settings.orders_per_customer * pace * exposure * is_shopper,
        erasure_at=erasure_at,
    )


def _draw_sign_ups(rng: np.random.Generator, settings: Settings, chunk: Chunk) -> np.ndarray:
    """Return sign-up times (C,), increasing over the whole store: each customer draws within a separate quantile range."""
    quantile = (np.arange(chunk.start, chunk.stop) + rng.random(chunk.size)) / settings.customers
    times = (plan.FIRST_SIGN_UP, plan.WINDOW_START, plan.LAST_SIGN_UP)
    return np.interp(quantile, (0.0, plan.OLD_CUSTOMER_SHARE, 1.0), times).astype(np.int64)


def _draw_erasures(rng: np.random.Generator, settings: Settings, chunk: Chunk, signed_up_at: np.ndarray) -> np.ndarray:
    """Return the times of erasure requests (C,), NEVER for most; only customers from before the last months have one."""
    erasure_at = np.full(chunk.size, NEVER)
    earliest, latest = (plan.AS_OF - days * plan.DAY for days in reversed(plan.ERASURE_DAYS))
    old_enough = np.flatnonzero(signed_up_at < earliest)
    wanted = portion(round(settings.customers * plan.ERASURE_SHARE), chunk, settings)
    chosen = rng.choice(old_enough, size=min(wanted, old_enough.size), replace=False)
    erasure_at[chosen] = rng.integers(earliest, latest, size=chosen.size)
    return erasure_at


def _draw_stays(rng: np.random.Generator, signed_up_at: np.ndarray, erasure_at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return first (inclusive) and last (exclusive) shopping day (C,), both from 0 to WINDOW_DAYS."""
    first_day = np.clip((signed_up_at - plan.WINDOW_START) // plan.DAY + 1, 0, plan.WINDOW_DAYS)
    end_day = np.minimum(plan.WINDOW_DAYS, (np.minimum(erasure_at, plan.AS_OF) - plan.WINDOW_START) // plan.DAY)
    is_lapsed = rng.random(signed_up_at.size) < plan.LAPSED_SHARE
    stay = np.where(is_lapsed, rng.random(signed_up_at.size), 1.0)
    last_day = first_day + np.rint((end_day - first_day) * stay).astype(np.int64)
    return first_day, np.maximum(first_day, last_day)


def _draw_tastes(rng: np.random.Generator, segment: np.ndarray) -> np.ndarray:
    """Return one category mix per customer (C, N_CATEGORIES), Dirichlet around the mix of the segment."""
    weight = np.array(
        [[entry.favourites.get(name, plan.OTHER_CATEGORY_WEIGHT) for name in plan.CATEGORY_NAMES] for entry in plan.SEGMENTS]
    )
    mix = weight / weight.sum(axis=1, keepdims=True)
    draw = rng.standard_gamma(plan.TASTE_CONCENTRATION * mix[segment])
    return draw / draw.sum(axis=1, keepdims=True)
