"""Differences between groups of customers and of products, and the effect of mitigation on them."""
