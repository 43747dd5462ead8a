"""Pictures for the docs, and what the page of column lineage needs beyond dbt's own files; see `make docs`."""
