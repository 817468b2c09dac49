"""The texts of the lessons, the examples, the words that are explained, and how the teaching genome is made."""
