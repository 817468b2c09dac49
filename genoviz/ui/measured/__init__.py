"""The page Measured: what experiments gave, beside what models say."""
