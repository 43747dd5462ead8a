"""`make tune`: look for better parameters on the tune cutoffs of a warehouse that was built."""
