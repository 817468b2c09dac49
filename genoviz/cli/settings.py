"""The settings of an installation: environment variables, each with what it does."""

from __future__ import annotations

SETTINGS: dict[str, str] = {
    "GENOVIZ_ADDRESS": "interface that the page listens on; `localhost` unless set, `0.0.0.0` for all",
    "GENOVIZ_PORT": "port of the page; 8501 unless set",
    "GENOVIZ_HOSTS": "names by which browsers may call the server, beside its own, with spaces between; `*` allows all",
    "GENOVIZ_PATH": "path below which the page is served, such as `genoviz`",
    "GENOVIZ_BROWSER": "0: open no browser at the start",
    "GENOVIZ_APP": "address of the app in the links that `genoviz mcp` gives; `http://localhost:8501` unless set",
    "GENOVIZ_SECRETS": "file with a provider of sign-in (OpenID Connect); nobody gets in without",
    "GENOVIZ_JOBS": "pieces of long work that run at once; one for each processor unless set, 2 at least",
    "GENOVIZ_PRIVATE_ADDRESS": "1: sequences, places and variants of all users stay out of addresses and logs",
    "GENOVIZ_CACHE": "folder for what can be made again: indexes, answers of services",
    "GENOVIZ_GENOMES": "folder of the registered genomes",
    "GENOVIZ_WEIGHTS": "folder, archive or file of published weights",
    "GENOVIZ_WEIGHTS_URL": "address of a mirror that holds published weights by name",
    "GENOVIZ_ATLAS": "table of models of ENCODE's atlases; `atlas.tsv` in the folder of weights unless set",
    "GENOVIZ_MODELS": "models of your own, `NAME=MODULE:CLASS` with commas between",
    "GENOVIZ_MOTIFS": "folder of motif files of your own",
    "GENOVIZ_KNOWN_VARIANTS": "VCFs of known variants, indexed, with `:` between",
    "GENOVIZ_CLASS_PHRASE": "phrase of a class, from which the codes of its lessons are made and checked",
    "GENOVIZ_SATURATION_TABLE": "another address of the table of measured changes, or a file of it",
    "GENOVIZ_UCSC": "address to ask for windows of online genomes instead of UCSC's",
    "GENOVIZ_UCSC_DOWNLOADS": "address to download genomes from instead of UCSC's",
}
