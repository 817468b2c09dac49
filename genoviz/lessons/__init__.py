"""The examples, and how the teaching genome is made."""
