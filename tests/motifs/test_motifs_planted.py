"""Do attributions of the trained network point at the motifs that the factors are known to bind?

For each factor, the strongest attribution block of its top-scoring bound test sequences is compared with HOCOMOCO v12
by `compare`, whose numbers other tests hold against memelite's tomtom (which compiles for minutes). Six factors must find their own family. In the other four data sets the strongest peaks are led by
other proteins' sites (CTCF in ARID3A and MYC, the CCAAT box of NF-Y in SP1, a mixture in ZBTB7A), and that is
what the attributions show; the model's card says so: the network learned what distinguishes the peaks, which is not always the factor's own site.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from genoviz.attribute.attribution import attribute
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.motifs.files import read_motifs
from genoviz.motifs.match import compare
from genoviz.predict.prediction import predict
from genoviz.sequences.sequence import Sequence

DATA = Path(__file__).parents[3] / "shared" / "data"
PEAKS, MOTIFS = DATA / "tf_chip_deepbind10", DATA / "motifs" / "HOCOMOCO_v12_CORE.meme.gz"
SEQUENCES, WIDTH, NEAREST, SIGNIFICANT = 12, 14, 5, 1e-3

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not (PEAKS.is_dir() and MOTIFS.is_file()), reason="the public data sets are not here"),
]

ETS = "ELK|ETV|ETS|ELF|GABPA|FLI1|ERG|FEV|ERF|EHF|SPI"
EBOX = "USF|MYC|MAX|MXI|MNT|MLX|MITF|TFE|ARNT|BHE4|CLOCK|NPAS|HEY|HES"  # all read CACGTG
FAMILIES = {
    "CTCFL": "CTCF",
    "ELK1": ETS,
    "FOXA1": "FOX",
    "GABPA": ETS,
    "REST": "REST",
    "USF1": EBOX,
    # Led by other proteins' sites:
    "ARID3A": "CTCF",
    "MYC": "CTCF",
    # Its own site, or the CCAAT box, which motifs of the PBX family in HOCOMOCO hold:
    "SP1": "SP[0-9]|KLF|NFY|PBX|PKNX",
}


def strongest_blocks(factor: str, path: Path) -> list[np.ndarray]:
    """One-hot blocks `(WIDTH, 4)` with the largest sum of contributions, one per sequence."""
    model, target = load_model("tfbind.encode10"), Target("binding", (factor,))
    with gzip.open(path, "rt") as handle:
        bound = [Sequence(row["seq"]) for row in csv.DictReader(handle, delimiter="\t") if row["label"] == "1"]
    logits = [p["binding"].track(factor)[0] for p in predict(model, bound, scale="logit")]
    blocks = []
    for i in np.argsort(-np.array(logits), kind="stable")[:SEQUENCES]:
        score = np.nan_to_num(attribute(model, bound[i], target, "deepliftshap", references=8).per_base)
        start = int(np.convolve(score, np.ones(WIDTH), "valid").argmax())
        blocks.append(encode(bound[i])[0, :, start : start + WIDTH].numpy().T)
    return blocks


def nearest_motifs() -> dict[str, list[list[tuple[str, float]]]]:
    """Per factor and sequence, the nearest motifs with their p-values."""
    motifs = read_motifs(gzip.decompress(MOTIFS.read_bytes()).decode())
    blocks = {p.name.split("_")[0]: strongest_blocks(p.name.split("_")[0], p) for p in PEAKS.glob("*.test.tsv.gz")}
    return {
        factor: [
            [(motifs[j].name.split(".")[0], float(row[j])) for j in np.argsort(row, kind="stable")[:NEAREST]]
            for row in compare(found, motifs).p_values
        ]
        for factor, found in blocks.items()
    }


@pytest.mark.long
def test_strongest_blocks_are_the_motifs() -> None:
    matches = nearest_motifs()
    report, failed = [], []
    for factor, family in FAMILIES.items():
        rows = [[name for name, p in row if p < SIGNIFICANT] for row in matches[factor]]
        hits = sum(any(re.match(family, name) for name in row) for row in rows)
        if hits <= SEQUENCES / 2:
            failed.append(factor)
        common = Counter(name for row in rows for name in row).most_common(8)
        report.append(f"{factor}: {hits} of {SEQUENCES} blocks match {family}; nearest: {common}")
    assert not failed, "\n".join([f"failed: {', '.join(failed)}", *report])


@pytest.mark.parametrize(("factor", "site"), [("MYC", "CACGTG"), ("SP1", "GGGGCGGGG|CCCCGCCCC")])
def test_own_sites_stand_out_where_they_occur(factor: str, site: str) -> None:
    """Where other proteins' sites lead the strongest peaks, the factor's own site still scores well above the average base."""
    (path,) = PEAKS.glob(f"{factor}_*.test.tsv.gz")
    model, target = load_model("tfbind.encode10"), Target("binding", (factor,))
    with gzip.open(path, "rt") as handle:
        peaks = [row["seq"] for row in csv.DictReader(handle, delimiter="\t") if row["label"] == "1"]
    ratios = []
    for bases in [p for p in peaks if re.search(site, p)][:10]:
        score = attribute(model, Sequence(bases), target, "deepliftshap", references=4).per_base
        inside = [i for found in re.finditer(site, bases) for i in range(*found.span())]
        ratios.append(score[inside].mean() / np.abs(score).mean())
    assert np.mean(ratios) > 1.5, ratios
