"""Learned features."""
