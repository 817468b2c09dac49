"""Nouns of sequences: bases, places, edits, windows, shuffles, values along a sequence. No torch."""
