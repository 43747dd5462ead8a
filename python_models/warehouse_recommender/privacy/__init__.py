"""Noise that protects individuals in published statistics."""
