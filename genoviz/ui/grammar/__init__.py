"""The page *Motif grammar*."""
