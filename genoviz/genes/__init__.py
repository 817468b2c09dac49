"""Gene models: transcripts from annotation files, and places named in words."""
