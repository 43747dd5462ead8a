"""All planted facts of the demo store: each number once, with its unit.

The other modules contain no numbers of their own. To plant a stronger taste, a longer window or more dirt, edit only this file.
The tables below are ordered: the simulation uses an index into a table (of a category, a segment, ...) instead of the name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

# --- size and time ----------------------------------------------------------------------------------------------------

DEMO_CUSTOMERS = 800  # customers
DEMO_PRODUCTS = 300  # products
DEMO_ORDERS_PER_CUSTOMER = 7.5  # planned orders per customer over the whole window; repeat purchases are added
DEMO_SEED = 20260401
CHUNK_CUSTOMERS = 10_000  # customers simulated at once; bounds memory use

MIN_CUSTOMERS, MAX_CUSTOMERS = 100, 10_000_000
MIN_PRODUCTS, MAX_PRODUCTS = 120, 100_000
MIN_ORDERS_PER_CUSTOMER, MAX_ORDERS_PER_CUSTOMER = 1.0, 100.0

MINUTE = 60  # s
HOUR = 3_600  # s
DAY = 86_400  # s


def unix(text: str) -> int:
    """Return the Unix time (s) of an ISO date or timestamp, read as UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


WINDOW_START = unix("2025-01-01")  # first second with orders
AS_OF = unix("2026-04-01")  # no genuine activity from this time on
WINDOW_DAYS = (AS_OF - WINDOW_START) // DAY
EXPERIMENT_START_DAY = (unix("2025-11-01") - WINDOW_START) // DAY  # day of the window on which the A/B test starts
FIRST_SIGN_UP = unix("2023-01-01")
LAST_SIGN_UP = unix("2026-03-20")
FIRST_LAUNCH = unix("2021-01-01")
LAST_OLD_LAUNCH = unix("2024-12-01")  # end of the established range; new products follow within the window

# --- vocabularies -----------------------------------------------------------------------------------------------------

STYLES = ("classic", "natural", "bold", "minimal")
PRICE_BANDS = ("budget", "middle", "premium")
DAYPARTS = ("morning", "afternoon", "evening")
DEVICES = ("mobile", "desktop", "tablet")
CHANNELS = ("web", "app", "store")
EVENT_TYPES = ("view", "cart", "wishlist", "search_click")
VIEW, CART, WISHLIST, SEARCH_CLICK = range(len(EVENT_TYPES))
REFERRERS = ("direct", "search", "newsletter", "social")
REFERRER_SHARES = (0.4, 0.3, 0.15, 0.15)
GENDERS = ("female", "male", "other")
GENDER_SHARES = (0.5, 0.46, 0.04)
ACQUISITION_CHANNELS = ("search", "social", "referral", "newsletter", "store")
PURPOSES = ("personalisation", "analytics", "marketing")
VERDICTS = ("like", "dislike")
VARIANTS = ("control", "treatment")
CURRENCY = "EUR"

DAYPART_HOURS = ((6.0, 12.0), (12.0, 18.0), (18.0, 23.5))  # hours of the day; genuine customers don't shop at night


@dataclass(frozen=True)
class Category:
    """One product category: its products and the times at which they sell.

    Boosts are factors on the odds of the category; 1 is neutral.
    """

    name: str
    price: float  # EUR, typical price in the middle price band
    unit: str  # size unit
    sizes: tuple[int, ...]  # in `unit`
    cycle: int  # days between repeat purchases; 0 = not a consumable
    peak_month: int  # 1 to 12
    season: float  # amplitude of the yearly cosine, 0 to 1
    dayparts: tuple[float, float, float]  # boost per daypart
    devices: tuple[float, float, float]  # boost per device
    weekend: float  # boost on Saturday and Sunday
    goes_with: str  # complementary category, bought together
    nouns: tuple[str, ...]
    occasion: str


CATEGORIES = (
    Category("coffee", 12, "g", (250, 500, 1000), 21, 11, 0.2, (2.5, 1, 0.5), (1.2, 1, 1), 0.8, "chocolate",
             ("espresso beans", "filter coffee", "ground coffee", "coffee capsules"), "the first cup of the day"),
    Category("tea", 9, "g", (50, 100, 200), 35, 1, 0.5, (1.2, 1, 1.3), (1, 1.1, 1.2), 1, "candles",
             ("green tea", "herbal tea", "black tea", "tea sampler"), "a slow afternoon"),
    Category("chocolate", 7, "g", (100, 200, 400), 0, 12, 0.6, (0.6, 1, 2), (1.6, 0.8, 1), 1.2, "coffee",
             ("chocolate bar", "praline box", "cocoa nibs", "truffles"), "a sweet break"),
    Category("pet_food", 18, "g", (400, 1500, 4000), 30, 2, 0.05, (1.3, 1.1, 0.7), (0.9, 1.2, 1), 1, "cleaning",
             ("dog food", "cat food", "kibble", "pet treats"), "the bowl of dogs and cats"),
    Category("cosmetics", 20, "ml", (30, 50, 150), 45, 5, 0.15, (0.7, 0.9, 1.7), (1.9, 0.6, 1), 1, "candles",
             ("face cream", "body lotion", "shampoo", "serum"), "skin and hair"),
    Category("cleaning", 8, "ml", (500, 750, 1500), 60, 3, 0.3, (1.4, 1.2, 0.5), (0.9, 1.3, 1), 0.8, "pet_food",
             ("dish soap", "laundry liquid", "surface cleaner", "floor soap"), "a tidy home"),
    Category("candles", 14, "g", (120, 220, 400), 0, 12, 0.7, (0.4, 0.9, 2), (1.4, 0.8, 1), 1.1, "textiles",
             ("scented candle", "pillar candle", "tea lights", "wax melts"), "long evenings"),
    Category("kitchenware", 28, "cm", (18, 24, 28), 0, 12, 0.3, (0.9, 1.2, 0.9), (0.6, 1.8, 1.1), 1.3, "textiles",
             ("frying pan", "chopping board", "baking dish", "kitchen knife"), "cooking at home"),
    Category("textiles", 26, "cm", (50, 100, 180), 0, 10, 0.4, (0.8, 1, 1.3), (0.7, 1.6, 1.3), 1.2, "kitchenware",
             ("bath towel", "throw blanket", "cushion cover", "tea towel"), "bed, bath and sofa"),
    Category("garden", 22, "cm", (20, 60, 120), 0, 5, 0.8, (1.2, 1.2, 0.7), (0.9, 1.2, 1.2), 1.9, "tea",
             ("planter", "trowel", "watering can", "seed tray"), "balcony and garden"),
    Category("stationery", 10, "cm", (15, 21, 30), 0, 9, 0.5, (1.5, 1.2, 0.6), (0.8, 1.5, 1), 0.6, "toys",
             ("notebook", "fountain pen", "letter set", "desk calendar"), "desk and letters"),
    Category("toys", 24, "cm", (12, 25, 40), 0, 12, 0.8, (0.7, 1, 1.5), (1.1, 0.9, 1.6), 1.7, "stationery",
             ("puzzle", "building blocks", "board game", "soft toy"), "children and rainy Sundays"),
)  # fmt: skip
CATEGORY_NAMES = tuple(category.name for category in CATEGORIES)
CONSUMABLE_CYCLES = {category.name: category.cycle for category in CATEGORIES if category.cycle}


@dataclass(frozen=True)
class Segment:
    """One taste segment: the preferences and shopping habits of its customers."""

    name: str
    favourites: dict[str, float]  # category -> weight; every other category has OTHER_CATEGORY_WEIGHT
    bands: tuple[float, float, float]  # weight per price band
    orders: float  # order frequency relative to the store's mean
    basket: float  # mean lines of a planned order
    dayparts: tuple[float, float, float]  # share per daypart
    devices: tuple[float, float, float]  # share per device


SEGMENTS = (
    Segment("coffee_bar", {"coffee": 10, "chocolate": 6, "kitchenware": 2},
            (0.2, 0.5, 0.3), 1.6, 1.5, (0.6, 0.25, 0.15), (0.65, 0.25, 0.1)),
    Segment("pet_household", {"pet_food": 12, "cleaning": 6, "garden": 1.5},
            (0.65, 0.3, 0.05), 1.2, 2.2, (0.4, 0.4, 0.2), (0.35, 0.5, 0.15)),
    Segment("self_care", {"cosmetics": 11, "candles": 5, "tea": 3},
            (0.05, 0.3, 0.65), 1.0, 1.9, (0.15, 0.25, 0.6), (0.75, 0.15, 0.1)),
    Segment("home_makers", {"kitchenware": 8, "textiles": 9, "cleaning": 2},
            (0.1, 0.6, 0.3), 0.7, 3.4, (0.2, 0.45, 0.35), (0.15, 0.7, 0.15)),
    Segment("gardeners", {"garden": 12, "tea": 5, "candles": 1.5},
            (0.4, 0.5, 0.1), 0.9, 2.5, (0.45, 0.4, 0.15), (0.3, 0.4, 0.3)),
    Segment("gift_givers", {"toys": 9, "stationery": 8, "chocolate": 3},
            (0.3, 0.4, 0.3), 0.6, 3.2, (0.2, 0.3, 0.5), (0.4, 0.35, 0.25)),
)  # fmt: skip
OTHER_CATEGORY_WEIGHT = 0.35
TASTE_CONCENTRATION = 30.0  # Dirichlet concentration of a customer's mix around the segment's mix; larger = closer
RATE_SHAPE = 4.0  # shape of the gamma factor on a customer's order frequency (mean 1)
STYLE_BOOST = 8.0  # factor on products of the customer's own style
BRAND_AFFINITIES = (0.4, 1.0, 2.5)  # factor of a segment on a brand, drawn once per pair
POPULARITY_EXPONENT = 0.9  # popularity is proportional to rank ** -exponent within the category

BRANDS = (
    "Nordlicht", "Blue Fern", "Casa Lumo", "Harbour Mill", "Tannenhof", "Petit Jour", "Oak & Rye", "Solvita",
    "Kite Street", "Miravelle", "Grünwerk", "Stillwater", "Bravado", "Linden Row", "Papillon Bleu", "Alba Terra",
    "Foxglove", "Hej Form", "Moorland", "Quartz Lane", "Sunny Paws", "Velvet Owl", "Zimtstern", "Ember Works",
)  # fmt: skip
BRANDS_PER_CATEGORY = 4
BRAND_STEP = 2  # offset between the first brands of consecutive categories, so each brand has products in two categories

STYLE_WORDS = {
    "classic": ("Heritage", "Traditional", "Timeless", "Grand"),
    "natural": ("Organic", "Wild", "Earthy", "Pure"),
    "bold": ("Vivid", "Daring", "Electric", "Intense"),
    "minimal": ("Plain", "Quiet", "Essential", "Nordic"),
}
STYLE_SENTENCES = {
    "classic": "Made the way it has always been made.",
    "natural": "Grown and packed with care for the soil.",
    "bold": "Not for the faint of heart.",
    "minimal": "Nothing superfluous, nothing missing.",
}
STYLE_WORD_SHARE = 0.75  # share of products whose name hints at their style
STYLE_SENTENCE_SHARE = 0.6  # share of products whose description hints at their style

# --- products ---------------------------------------------------------------------------------------------------------

BAND_FACTORS = (0.6, 1.0, 1.6)  # factor of a price band on the category's typical price
BAND_SHARES = (0.35, 0.4, 0.25)
PRICE_NOISE = 0.12  # half-width of the uniform factor on a price
NEVER_SOLD_SHARE = 0.06  # share of products launched in the last NEVER_SOLD_DAYS and never bought or viewed
NEVER_SOLD_DAYS = 25
NEW_SHARE = 0.15  # share of products launched during the window
NEW_UNTIL_DAYS = 45  # age of the newest of them at AS_OF, days
UNAVAILABLE_SHARE = 0.05  # share of products withdrawn from sale
WITHDRAWN_DAYS = (10, 90)  # days before AS_OF

# --- customers --------------------------------------------------------------------------------------------------------

NO_HISTORY_SHARE = 0.065  # share of customers who signed up without any activity
OLD_CUSTOMER_SHARE = 0.6  # share of customers who signed up before the window
LAPSED_SHARE = 0.25  # share of customers who stop at a uniform random time of their stay
ERASURE_SHARE = 0.01
ERASURE_DAYS = (3, 60)  # days before AS_OF
SURVEY_SHARE = 0.45  # share of customers who name one to SURVEY_MAX of their favourite categories in the onboarding survey
SURVEY_MAX = 3
AGE_YEARS = (18, 85)
AGE_FORMS = (0.5, 0.3, 0.2)  # shares with birth date and age, birth date only, age only
YEAR_DAYS = 365.2425

FIRST_NAMES = (
    "Alex", "Andrea", "Ari", "Bente", "Billie", "Charlie", "Chris", "Dana", "Dominique", "Eli", "Emery", "Finley",
    "Frankie", "Gabriele", "Hanne", "Helge", "Ira", "Jamie", "Jona", "Kai", "Kim", "Lou", "Luca", "Maxime", "Mika",
    "Morgan", "Nicola", "Noa", "Pat", "Quinn", "Robin", "Sascha", "Sam", "Toni", "Uli", "Vanja", "Yannick",
)  # fmt: skip
LAST_NAMES = (
    "Abendroth", "Ackermann", "Ashdown", "Baranek", "Bellamy", "Birkholz", "Boutin", "Brzoza", "Calloway", "Charpent",
    "Daalder", "Dornfeld", "Dubrawski", "Eastlake", "Eikenaar", "Falkenrath", "Fontenay", "Garside", "Gielen",
    "Grabowka", "Hagedorn", "Halloway", "Hollander", "Imhoff", "Jablonka", "Jansma", "Kaltenbach", "Kestrel",
    "Kirchgarten", "Lachance", "Lindqvist", "Lisowska", "Maplewood", "Marchetto", "Merrin", "Montclair", "Nachtigall",
    "Nowina", "Oakhurst", "Olszanka", "Pemberley", "Pietersma", "Quastel", "Ravensburg", "Rivoire", "Rosenhain",
    "Sandringer", "Schwarzfeld", "Sikorka", "Stellwagen", "Tervoort", "Thornbury", "Tillmanns", "Ulmenau", "Vandermeer",
    "Vauclair", "Wachowiak", "Westerby", "Wintergerst", "Zandstra", "Zielinka",
)  # fmt: skip
NAME_STRIDE = 1009  # step through the pairs of first and last names; coprime to their number, so that names repeat late
EMAIL_DOMAINS = ("example.org", "example.com")

COUNTRIES = ("DE", "GB", "FR", "PL", "NL", "IT")
COUNTRY_SHARES = (0.4, 0.2, 0.15, 0.1, 0.1, 0.05)
CITIES = {  # country -> (city, postcode pattern with a placeholder for two digits)
    "DE": (("Berlin", "101{:02d}"), ("Hamburg", "203{:02d}"), ("Bad Homburg", "613{:02d}"), ("Leipzig", "041{:02d}")),
    "GB": (("Leeds", "LS{:d} 3AB"), ("Bristol", "BS{:d} 5QF"), ("Milton Keynes", "MK{:d} 9EL"), ("York", "YO{:d} 7HB")),
    "FR": (("Lyon", "690{:02d}"), ("Nantes", "440{:02d}"), ("Le Havre", "766{:02d}"), ("Lille", "590{:02d}")),
    "PL": (("Gdynia", "81-3{:02d}"), ("Zielona Góra", "65-0{:02d}"), ("Lublin", "20-1{:02d}"), ("Opole", "45-0{:02d}")),
    "NL": (("Utrecht", "35{:02d} AB"), ("Den Haag", "25{:02d} CD"), ("Breda", "48{:02d} EF"), ("Zeist", "37{:02d} GH")),
    "IT": (("Torino", "101{:02d}"), ("Reggio Emilia", "421{:02d}"), ("Trieste", "341{:02d}"), ("Lecce", "731{:02d}")),
}  # fmt: skip
POSTCODES_PER_CITY = 20

# --- orders -----------------------------------------------------------------------------------------------------------

WEEKDAY_VOLUME = (1.0, 0.95, 0.95, 1.0, 1.1, 1.25, 1.2)  # Monday to Sunday, relative
MONTH_VOLUME = (0.95, 0.9, 0.95, 1, 1, 0.95, 0.9, 0.9, 1, 1.05, 1.25, 1.4)  # January to December, relative
WEEKEND_FIRST_WEEKDAY = 5  # Saturday, where Monday is 0
CHANNEL_SHARES = ((0.4, 0.48, 0.12), (1.0, 0.0, 0.0), (0.65, 0.35, 0.0))  # per device; store orders scan a mobile phone
MAX_BASKET = 8  # lines
TOGETHER_SHARE = 0.4  # share of further lines of a basket with the first line's partner product
REFILL_START_SHARE = 0.65  # share of first purchases of a consumable that start a chain of repeat purchases
REFILL_CONTINUE_SHARE = 0.75  # geometric: probability that a repeat purchase is followed by another
REFILL_JITTER = 0.15  # half-width of the uniform factor on the cycle
MAX_REFILLS = 24  # per chain; the window ends earlier
EXTRA_QUANTITY = 0.25  # Poisson mean of the quantity above one
MAX_QUANTITY = 3
DISCOUNT_SHARE, DISCOUNT = 0.15, 0.10  # share of lines on promotion; relative reduction of their price
RETURNED_SHARE = 0.03
REDRAWS = 6  # attempts to find a product on sale at that time, before the line is dropped

# --- events -----------------------------------------------------------------------------------------------------------

VIEWED_SHARE = {"planned": 0.85, "refill": 0.3, "impression": 0.85}  # share of order lines viewed in a session before the order
CARTED_SHARE = 0.6  # share of viewed lines followed by an explicit cart event
SEARCHED_SHARE = 0.15  # share of viewed lines reached by a click on a search result
BROWSING_PER_ORDER = 0.5  # browsing-only sessions per planned order
BROWSED_PRODUCTS = 2.0  # Poisson mean of the number of products above one in a browsing session
MAX_BROWSED = 10
BROWSED_TYPE_SHARES = (0.78, 0.04, 0.06, 0.12)  # per EVENT_TYPES
STEP_SECONDS = (15, 90)  # seconds between two events of a session
MIN_REPEAT_SECONDS = 90  # minimum seconds between two genuine events of one customer, product and type

# --- impressions, feedback, consents ----------------------------------------------------------------------------------

LIST_LENGTH = 5  # positions shown at once
LISTS_PER_CUSTOMER = 2.2  # mean lists per customer over the whole experiment
POLICY_UNIFORM_SHARE = 0.2  # share of the logging policy that is uniform; the rest is by popularity
CLICK_RATES = (0.06, 0.09)  # at position 1, per variant; multiplied by 1 / log2(1 + position)
CLICK_SECONDS = (3, 60)  # seconds after the impression
BOUGHT_SHARE = 0.25  # share of clicks
BOUGHT_SECONDS = (2 * MINUTE, 25 * MINUTE)  # seconds after the click

LIKES_PER_CUSTOMER = 0.48
DISLIKES_PER_CUSTOMER = 0.2
LIKE_DAYS = (1, 20)  # days after the purchase
PICKY_CUSTOMERS = 2  # customers without history who dislike almost all products, so that their lists are short
PICKY_LEFT = 6  # products that each of them does not dislike
PICKY_SECONDS = HOUR  # seconds before the end of the window

GRANTED_AT_SIGN_UP = (1.0, 0.9, 0.6)  # share per purpose
WITHDRAWN_SHARE = 0.10  # share of customers who withdraw personalisation later
GRANTED_AGAIN_SHARE = 0.3  # share of these who grant it again

# --- dirt: rows per kind at the demo's size; proportional at other sizes ----------------------------------------------

# cancelled includes the lines that reverse a purchase; there is one of them per row of netted_by_cancellation
DIRT = {
    "customers": {
        "near_duplicate": 12, "exact_duplicate": 10, "impossible_age": 8, "birth_date_in_future": 5,
        "gender_spelling": 40, "country_spelling": 40, "missing_email": 15, "missing_birth_date_and_age": 20,
        "missing_gender": 18, "untrimmed_text": 25, "missing_key": 4,
    },
    "products": {
        "near_duplicate": 5, "exact_duplicate": 4, "brand_spelling": 12, "category_spelling": 10,
        "size_in_other_unit": 15, "price_in_other_currency": 12, "missing_price": 4, "missing_description": 10,
        "missing_category": 6,
    },
    "order_lines": {
        "exact_duplicate": 60, "conflicting_duplicate": 25, "missing_key": 12, "missing_time": 15,
        "unreadable_time": 8, "negative_quantity": 20, "missing_quantity": 14, "zero_price": 18,
        "outlier_amount": 16, "cancelled": 204, "netted_by_cancellation": 24, "unknown_product": 22,
        "in_future": 9, "other_currency": 120, "unreadable_number": 13,
    },
    "events": {
        "near_duplicate": 110, "bot_event": 480, "exact_duplicate": 90, "unknown_product": 35,
        "unknown_event_type": 28, "in_future": 11, "missing_key": 12, "missing_time": 14,
    },
    "feedback": {"exact_duplicate": 8, "unknown_verdict": 6},
    "impressions": {"exact_duplicate": 25, "clicked_before_shown": 10},
    "consents": {"exact_duplicate": 15},
    "erasure_requests": {},
}  # fmt: skip

CURRENCY_RATES = {"USD": 1.08, "GBP": 0.85}  # units per EUR, constant over the window
UNIT_CONVERSIONS = {  # unit -> (other unit, number of `unit` in one of them)
    "g": ("oz", 28.349523125),
    "ml": ("fl oz", 29.5735295625),
    "cm": ("in", 2.54),
}
COUNTRY_SPELLINGS = {
    "DE": ("Deutschland", "Germany", "GER", "de"),
    "GB": ("UK", "U.K.", "united kingdom", "Great Britain"),
    "FR": ("France", "FRA", "fr"),
    "PL": ("Polska", "Poland", "POL"),
    "NL": ("Netherlands", "Nederland", "Holland", "nl"),
    "IT": ("Italia", "Italy", "ITA"),
}
GENDER_SPELLINGS = {
    "female": ("F", "f", "female ", "Female", "Woman", "weiblich"),
    "male": ("M", "m", " male", "MALE", "Man", "männlich"),
    "other": ("Other", "divers", "X", "non-binary"),
}
IMPOSSIBLE_AGES = ("200", "999")  # years
BIRTH_YEARS_TOO_LATE = 88  # added to a birth date to move it into the future; whole leap cycles keep 29 February valid
FUTURE_DAYS = 6 * 365  # shift of a mistyped year, days
OUTLIER_PRICE_FACTOR = 100
OUTLIER_QUANTITY_FACTOR = 1000
OUTLIER_PRICE_SHARE = 0.5  # share of price outliers among lines with a large enough amount; the rest are quantity outliers
OUTLIER_MIN_AMOUNT = 2_000.0  # EUR; genuine amounts are far below it
CLICKED_TOO_EARLY_SECONDS = (MINUTE, HOUR)
CANCELLED_DAYS = (2, 9)  # days from a purchase to the line that reverses it
ECHO_SECONDS = (1, 2)  # seconds between an event and its near duplicate
BOT_SESSION_EVENTS = 240  # views of one bot session, one per second
BOT_HOUR = 3  # hour of the day
