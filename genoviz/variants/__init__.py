"""Variants as they are written, read, checked against a genome and cut into windows. No torch."""
