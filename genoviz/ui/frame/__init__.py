"""What all pages share: choices, cache, messages, jobs, genomes, places, words."""
