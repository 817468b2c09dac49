"""The page *Units*."""
