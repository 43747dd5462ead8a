"""Quality of lists: means over customers with bootstrap intervals, and ablations."""
