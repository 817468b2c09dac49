"""Make the bundled collection from the JASPAR database that the package pyjaspar carries.

    pip install --target somewhere pyjaspar==4.0.0
    PYTHONPATH=somewhere python -m genoviz.motifs.build genoviz/motifs/jaspar-core-2026.npz

The same release gives the same bytes with the same numpy and zlib. Nothing else of genoviz needs pyjaspar.
"""

from __future__ import annotations

import argparse
import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np

RELEASE = "JASPAR2026"
TAXA = ("vertebrates", "fungi", "plants", "insects")
ABOUT = {
    "name": "JASPAR CORE 2026",
    "collection": "JASPAR CORE, latest version of each profile",
    "release": "JASPAR 2026 (11th release)",
    "licence": "CC BY 4.0",
    "citation": "Ovek Baydar D, Rauluseviciute I, Aronsen DR, et al. JASPAR 2026: expansion of transcription factor "
    "binding profiles and integration of deep learning models. Nucleic Acids Res 2026; 54(D1): D184-D193. "
    "doi:10.1093/nar/gkaf1209",
    "address": "https://jaspar.elixir.no/",
    "made_with": "pyjaspar 4.0.0",
    "changes": "Counts that are not whole numbers (of profiles scaled to 1,000 sites) are rounded to whole sites.",
}


def profiles(taxon: str) -> list[Any]:
    """`Bio.motifs.jaspar.Motif` objects of a taxonomic group, by accession."""
    database = importlib.import_module("pyjaspar").jaspardb(release=RELEASE)
    found = database.fetch_motifs(collection="CORE", tax_group=[taxon])
    return sorted(found, key=lambda profile: str(profile.matrix_id))


def build(path: Path) -> int:
    """Write the collection; see `genoviz.motifs.collection` for what the arrays are. Returns the number of motifs."""
    rows, counts = [], []
    for taxon in TAXA:
        for profile in profiles(taxon):
            classes = ["; ".join(dict.fromkeys(given or ())) for given in (profile.tf_class, profile.tf_family)]
            rows.append((profile.matrix_id, profile.name, taxon, *classes))
            counts.append(np.array([profile.counts[base] for base in "ACGT"], dtype=np.float64).T)
    np.savez_compressed(
        path,
        counts=np.rint(np.concatenate(counts)).astype(np.uint32),
        widths=np.array([len(table) for table in counts], dtype=np.uint8),
        text=np.frombuffer(json.dumps({"about": ABOUT, "motifs": rows}).encode("utf-8"), dtype=np.uint8),
    )
    return len(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make the bundled motif collection from pyjaspar.")
    parser.add_argument("out", type=Path, help="npz file to write")
    build(parser.parse_args().out)
