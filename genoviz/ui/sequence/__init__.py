"""The page *Sequence*."""
