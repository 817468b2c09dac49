"""What a result was made from, so that others can make it again: a receipt for each result, and whether it comes out."""
