"""One file per architecture, built by the name that a card gives.

Recipes import them, and so do the few verbs that need to know one kind of network.
"""
