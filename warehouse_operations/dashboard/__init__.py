"""One self-contained page about a published release: panels of SQL and Vega-Lite, and a searchable table of lists."""
