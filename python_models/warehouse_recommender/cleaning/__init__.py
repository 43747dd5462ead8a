"""Estimates for what is missing in the raw data."""
