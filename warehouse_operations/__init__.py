"""Tools around the dbt project: publishing, the dashboard page, tuning, column lineage, the demo store and the pseudonym key.

The numerical code is in :mod:`warehouse_recommender`, which imports nothing from here.
"""
