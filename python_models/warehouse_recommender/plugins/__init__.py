"""What profiles.yml loads into dbt-duckdb: the only modules, beside frames, that know which engine runs."""
