"""What a variant does to a prediction: one variant in detail, or a file of them."""
