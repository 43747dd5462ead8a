"""Effects measured in experiments, and their uncertainty."""
