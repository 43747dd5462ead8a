"""What an experiment shows, and how sure it is."""
