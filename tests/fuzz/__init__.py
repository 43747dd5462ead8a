"""Random damage to the demo store's raw files: each variant must be accounted for row by row, or be refused by name."""
