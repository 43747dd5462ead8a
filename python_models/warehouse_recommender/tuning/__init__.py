"""What parameters are worth: sources and ranker fitted anew and judged on the tune cutoffs."""
