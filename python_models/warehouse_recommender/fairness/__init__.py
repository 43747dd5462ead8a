"""Fairness of learnt sources: directions in which groups differ, and trials of mitigations."""
