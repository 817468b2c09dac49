"""The examples, the words of pages and lessons, and how the teaching genome is made."""
