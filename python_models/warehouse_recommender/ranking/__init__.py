"""Learning how to combine the sources."""
