"""The page *Autoencoder*."""
