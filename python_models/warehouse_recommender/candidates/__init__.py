"""Sources that learn: each proposes products for customers, one cutoff at a time."""
