"""Publishing: turn a complete, audited build into a release, atomically; see README, Publishing.

:mod:`.guard` decides whether a run may be published; :mod:`.release` writes, switches, lists and rolls back releases.
"""
