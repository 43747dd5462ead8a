"""Diagrams for the docs, and input of the column lineage page that dbt's own files lack; see `make docs`."""
