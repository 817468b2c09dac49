"""The texts of the lessons, the examples, and how the teaching genome is made."""
