"""How far groups of customers and products are apart, and what mitigation changes."""
