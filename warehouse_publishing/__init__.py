"""Publishing: a whole, audited build becomes a release that others read, atomically; see README, Publishing.

:mod:`warehouse_publishing.guard` decides whether a run may publish, :mod:`warehouse_publishing.release` writes, switches, lists
and rolls back releases, :mod:`warehouse_publishing.plugin` is how dbt calls them.
"""
