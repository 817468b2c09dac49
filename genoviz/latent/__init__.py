"""What an autoencoder's space of few numbers holds of a sequence, and what it loses."""
