"""What a change does to a transcript and to its protein: names, reading frame, splicing, decay. No torch."""
