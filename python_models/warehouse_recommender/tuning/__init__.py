"""Evaluate parameters: refit sources and ranker, and measure them on the tuning cutoffs."""
