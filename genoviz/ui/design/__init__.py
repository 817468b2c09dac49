"""The page *Design*."""
