"""Sequences as points of a model's space: maps in two dimensions, nearest neighbours, and linear probes on the points."""
