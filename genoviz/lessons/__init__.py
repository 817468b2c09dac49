"""Examples and lessons."""
