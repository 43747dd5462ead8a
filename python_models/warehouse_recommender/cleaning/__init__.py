"""Estimates for values that the raw data lack."""
