"""Code that profiles.yml loads into dbt-duckdb: the pseudonym key, and functions that erase customers from files."""
