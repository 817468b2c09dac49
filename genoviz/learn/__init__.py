"""What lessons ask, how answers are graded, and the codes that say what was done."""
