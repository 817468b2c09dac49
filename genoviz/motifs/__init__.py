"""The bundled motif collection: one file of counts, and the script that made it. `genoviz.motifs.collection` reads it."""
