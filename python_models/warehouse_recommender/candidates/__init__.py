"""Candidate sources that learn from data: each proposes products for customers, one cutoff at a time."""
