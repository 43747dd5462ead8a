"""Numerics of what is published of people: noise that hides each of them."""
