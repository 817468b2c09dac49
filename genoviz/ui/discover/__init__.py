"""The page *Discover motifs*."""
