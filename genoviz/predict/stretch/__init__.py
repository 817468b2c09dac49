"""Exact outputs of SpliceAI-type networks for many edits of a stretch: the reference once, and per edit only what it changes.

A network reads the stretch once (`reference`). For a batch of edits only the rows are computed that an edit can change and that
the wanted outputs can see (`batch`); all other rows are the reference's, left of the edit at the same place and right of it
shifted by the change of length, so that substitutions, insertions and deletions are one case. `run` puts it together.
"""
