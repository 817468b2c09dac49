"""What stands out in a sequence, over all tracks of all models that can read it."""
