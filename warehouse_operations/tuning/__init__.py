"""`make tune`: search for better parameters on the tuning cutoffs of an existing warehouse."""
