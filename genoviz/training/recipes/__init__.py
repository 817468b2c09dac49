"""One recipe per data set: how a bundled model was made and how its held-out table is made again."""
