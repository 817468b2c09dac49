"""The exercises, one module for each lesson; each has a table `EXERCISES` of names."""
