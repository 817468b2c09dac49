"""The bundled motif collection: one file of counts, and the script that made it. `genoviz.motif_collection` reads it."""
