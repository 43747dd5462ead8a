"""Learn how to combine the candidate sources."""
