"""The page *Variants*."""
