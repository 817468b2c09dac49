"""How far a model and its answers can be trusted: the checks of a model, and inputs unlike its training data."""
