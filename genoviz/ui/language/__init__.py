"""The page *Language*."""
