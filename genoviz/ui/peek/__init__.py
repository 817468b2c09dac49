"""The page Predict first."""
