"""What single units of a network's layers respond to, with controls: other records, the other strand, a random network."""
