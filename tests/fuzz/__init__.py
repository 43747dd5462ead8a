"""Randomly damaged raw files of the demo store: the ledger must account for each row, or an error must name the file."""
