"""Publishing: turn a complete, audited build into a release, atomically; see docs/operate.md.

:mod:`.guard` decides whether a run may be published; :mod:`.release` writes, switches, lists and rolls back releases.
"""
