"""Pseudonyms of customers: the first bits of an HMAC (RFC 2104), and the key they need.

The module imports the standard library only, because Spark sends it to executors that need not have this package.
"""

import hashlib
import hmac
import os
from collections.abc import Callable

BLOCK = 64  # block size of SHA-256, in bytes
SHORTEST_KEY = 32  # characters; shorter keys could be guessed
DIGITS = "0123456789abcdefghijklmnopqrstuv"
LENGTH = 12  # characters of a pseudonym, 5 bits each
NO_KEY = (
    "No pseudonym key: the environment variable {variable} is not set, and only the demo store files on target dev have a public "
    "key. Create a key once, keep it secret, and use the same key in each build: "
    'export {variable}="$(openssl rand -hex 32)"'
)
SHORT_KEY = f"The pseudonym key in {{variable}} has fewer than {SHORTEST_KEY} characters and could be guessed."


def padded_blocks(key: str) -> tuple[bytes, bytes]:
    """Return the inner and the outer block of HMAC-SHA-256 for a key, 64 bytes each."""
    secret = key.encode()
    if len(secret) > BLOCK:
        secret = hashlib.sha256(secret).digest()
    secret = secret.ljust(BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in secret), bytes(byte ^ 0x5C for byte in secret)


def pseudonym(customer_id: str, key: str) -> str:
    """Return the pseudonym of a raw customer id: the first 60 bits of its HMAC, as 12 digits of base 32."""
    number = int.from_bytes(hmac.digest(key.encode(), customer_id.encode(), "sha256")[:8], "big") >> 4
    return "".join(DIGITS[number >> shift & 31] for shift in range(5 * (LENGTH - 1), -1, -5))


def pseudonym_of(key: str | None) -> Callable[[str | None], str | None]:
    """Return the function that maps raw customer ids to pseudonyms; it returns None for None, and for all ids without a key."""
    return lambda customer_id: None if key is None or customer_id is None else pseudonym(customer_id, key)


def given_key(variable: str, public_key: str | None) -> tuple[str | None, str | None, str | None]:
    """Return the key, why no key can be used, and why only the demo store may use this key; None where it does not apply.

    Parameters
    ----------
    variable
        Environment variable with the key.
    public_key
        Key that is used if the variable is not set; only the demo store has one.
    """
    own = os.environ.get(variable)
    key = own or public_key
    if not key:
        return None, NO_KEY.format(variable=variable), None
    public_key_problem = NO_KEY.format(variable=variable) if key != own else None
    if len(key) < SHORTEST_KEY:
        return None, SHORT_KEY.format(variable=variable), public_key_problem
    return key, None, public_key_problem
