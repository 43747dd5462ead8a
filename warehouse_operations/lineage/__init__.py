"""What the page of column lineage needs beyond dbt's own files, and whether it came out whole; see `make docs`."""
