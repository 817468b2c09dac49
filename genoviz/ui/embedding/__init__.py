"""The page *Embedding map*."""
