"""The page Planted truth."""
