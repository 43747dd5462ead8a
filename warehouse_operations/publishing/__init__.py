"""Publishing: a whole, audited build becomes a release that others read, atomically; see README, Publishing.

:mod:`.guard` decides whether a run may publish, :mod:`.release` writes, switches, lists and rolls back releases.
"""
