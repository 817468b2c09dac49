"""Recipes that learn from genomes: windows and strands by hand, Markov models by hand, training from end to end."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pysam
import pytest
import torch

from genoviz.models.card import read_card
from genoviz.models.load import load_model
from genoviz.models.onehot import letter_codes
from genoviz.networks.cloze import Cloze, ClozeConfig
from genoviz.training import genomes
from genoviz.training.genomes import YEAST_TEST, YEAST_VALIDATION, Stretches
from genoviz.training.known_sites import known, known_sites
from genoviz.training.loop import Schedule
from genoviz.training.markov import PRIOR, Markov
from genoviz.training.recipes import language, yeast_binding
from genoviz.training.recipes.language import MASKED

DATA = Path(__file__).parents[3] / "shared" / "data"
CHROMOSOMES = ("chrI", "chrII", *YEAST_VALIDATION, *YEAST_TEST, "chrM")
SITE = "TTACCCG"
ECOLI_TEST = ((50_000, 60_000), (80_000, 100_000))  # in place of the real blocks
ECOLI_VALIDATION = ((20_000, 30_000),)
ECOLI_END = 120_000


def codes(text: str) -> np.ndarray:
    return letter_codes([text])[0]


def texts(rows: np.ndarray) -> list[str]:
    return [row.tobytes().decode() for row in rows]


def test_promoters_and_genes_on_both_strands() -> None:
    #        0123456789
    piece = "AACCGATGTT"  # a gene from base 5 on the plus strand, one from base 4 on the minus strand
    side = Stretches((codes(piece),), (np.array([[5, 1], [4, -1]]),))
    assert texts(side.promoters(3)) == ["CCG", "CAT"]
    assert texts(side.genes(3)) == ["ATG", "CGG"]


def test_windows_side_by_side_leave_out_n_and_the_rest() -> None:
    side = Stretches((codes("ACGTNCGTACGTA"),), (np.zeros((0, 2), dtype=np.int64),))
    assert texts(side.side_by_side(4)) == ["ACGT", "ACGT"]


def test_drawn_windows_lie_inside_and_near_genes() -> None:
    piece = codes("A" * 3_000 + "C" * 1_000 + "A" * 3_000)
    side = Stretches((piece,), (np.array([[3_800, 1]]),))
    near = side.drawn(50, 200, np.random.default_rng(0), promoters=1.0)
    assert near.shape == (50, 200)
    # The middle lies at most 400 bases before the start, that is inside the stretch of C.
    assert (near[:, 100] == ord("C")).all()
    assert (side.drawn(50, 200, np.random.default_rng(0)) == ord("A")).mean() > 0.7
    assert side.drawn(0, 200, np.random.default_rng(0)).shape == (0, 200)


def test_markov_by_hand() -> None:
    model = Markov([codes("AAAC")], 1)
    # Pairs of AAAC and of its other strand GTTT: AA2 AC1 GT1 TT2, which end in A2 C1 T3.
    base = (np.array([2, 1, 0, 3]) + PRIOR / 4) / (6 + PRIOR)
    assert model.tables[0][0] == pytest.approx(base)
    after_a = (np.array([2, 1, 0, 0]) + PRIOR * base) / (3 + PRIOR)
    assert model.tables[1][0] == pytest.approx(after_a)
    expected = -(np.log2(base[0]) + np.log2(after_a[1])) / 2
    assert model.bits(letter_codes(["AC"]))[0] == pytest.approx(expected)


def test_markov_two_sided_by_hand() -> None:
    model = Markov([codes("ACGTACGGTCATTAC")], 1)
    base, after = model.tables[0][0], model.tables[1]
    left = after[0]  # after A
    right = after[0][::-1]  # before T, read on the other strand: after A, complemented
    product = left * right / base
    product /= product.sum()
    middle = -np.log2(product[2])
    rows = letter_codes(["AGT"])
    ends = []
    for column, (before, behind) in (
        (0, (base, after[1][::-1])),
        (3, (after[2], base[::-1])),
    ):  # before G: after C, complemented
        p = before * behind / base
        ends.append(-np.log2(p[column] / p.sum()))
    assert model.bits(rows, two_sided=True)[0] == pytest.approx((ends[0] + middle + ends[1]) / 3)


def test_markov_knows_what_it_counted() -> None:
    rng = np.random.default_rng(0)
    text = "".join(rng.choice(list("ACGT"), 400))
    repeated, fresh = text * 5, "".join(rng.choice(list("ACGT"), 2_000))
    model = Markov([codes(repeated)], 6)
    assert model.bits(letter_codes([text]))[0] < 1.2
    assert model.bits(letter_codes([fresh]))[0] > 1.9


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A yeast and an E. coli of random bases; `TTACCCG` is planted and Reb1 has its summit in the middle of it."""
    root = tmp_path_factory.mktemp("data")
    rng = np.random.default_rng(1)
    letters = np.frombuffer(b"ACGT", dtype=np.uint8)
    folder = root / "genome_yeast_sacCer3"
    folder.mkdir()
    peaks, lines, genes = [], [], []
    for chrom in CHROMOSOMES:
        bases = letters[rng.integers(4, size=20_000)]
        for at in range(600, 19_000, 450):
            bases[at - 3 : at + 4] = codes(SITE)
            peaks += [(track, chrom, at, at + 1) for track in ("Reb1", *yeast_binding.TRACKS[1:])]
            genes.append(f"{chrom}\tX\tgene\t{at + 100}\t{at + 300}\t.\t{'+-'[at % 2]}\t.\tID=g{at}")
        lines.append(f">{chrom}\n{bases.tobytes().decode()}\n")
    fasta(folder / "sacCer3.fa.gz", "".join(lines))
    with gzip.open(folder / "sacCer3_genes.gff3.gz", "wt") as file:
        file.write("\n".join(["##gff-version 3", *genes]) + "\n")
    folder = root / "genome_ecoli_U00096.2"
    folder.mkdir()
    ecoli = letters[rng.integers(4, size=ECOLI_END)].tobytes().decode()
    fasta(folder / "ecoli_U00096.2.fa.gz", f">U00096.2\n{ecoli}\n")
    (folder / "genes.bed").write_text(
        "".join(
            f"U00096.2\t{at}\t{at + 600}\tg\t0\t{'+-'[i % 2]}\n" for i, at in enumerate(range(1_000, ECOLI_END, 2_000))
        )
    )
    folder = root / "tf_chipexo_yeast"
    folder.mkdir()
    with gzip.open(folder / "chexmix_peaks.tsv.gz", "wt") as file:
        file.write("factor\tchrom\tstart\tend\n" + "".join("\t".join(map(str, peak)) + "\n" for peak in peaks))
    folder = root / "motifs"
    folder.mkdir()
    matrix = "\n".join(" ".join("0.97" if b == base else "0.01" for b in "ACGT") for base in SITE)
    (folder / "macisaac_yeast.v1.meme").write_text(
        "MEME version 4\n\nALPHABET= ACGT\n\nMOTIF REB1\n"
        f"letter-probability matrix: alength= 4 w= {len(SITE)} nsites= 20 E= 0\n{matrix}\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(genomes, "ECOLI_TEST", ECOLI_TEST)
        patch.setattr(genomes, "ECOLI_VALIDATION", ECOLI_VALIDATION)
        yield root


def fasta(path: Path, text: str) -> None:
    plain = path.with_suffix("")
    plain.write_text(text)
    pysam.tabix_compress(str(plain), str(path), force=True)
    pysam.faidx(str(path))


def test_sides_of_the_genomes(data: Path) -> None:
    train, validation, test = genomes.yeast(data)
    assert [len(side.bases) for side in (train, validation, test)] == [2, 1, 3]
    train, validation, test = genomes.ecoli(data)
    assert [len(b) for b in test.bases] == [end - start for start, end in ECOLI_TEST]
    assert [len(b) for b in validation.bases] == [end - start for start, end in ECOLI_VALIDATION]
    total = sum(len(b) for side in (train, validation, test) for b in side.bases)
    assert total == ECOLI_END


@pytest.mark.long
def test_language_recipe_from_end_to_end(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "ORDERS", (1, 2))
    config = ClozeConfig(length=200, width=16, words=64, heads=2, layers=1)
    small = replace(
        MASKED,
        make=lambda: Cloze(config),
        config=asdict(config),
        schedule=Schedule(epochs=2, learning_rate=1e-2),
        batch=16,
        steps=25,
        half_precision=False,
    )
    card = read_card(small.train(data, tmp_path).with_suffix(".json"))
    rows = {row["track"]: row for row in card.held_out}
    assert list(rows) == ["yeast", "yeast promoters", "E. coli", "E. coli promoters"]
    # Random bases can't be predicted, but the planted words can: a little below two bits in yeast only.
    assert rows["E. coli"]["bits"] > 1.99
    assert rows["yeast"]["bits"] < rows["E. coli"]["bits"]
    assert [p["source"].split(",")[0] for p in rows["yeast"]["published"]] == [
        "best Markov model",
        "best two-sided Markov model",
    ]
    again = small.evaluate(load_model(card), data, sample=10)
    assert [row["n"] for row in again] == [10, 10, 10, 10]
    assert again[0]["bits"] == pytest.approx(rows["yeast"]["bits"], abs=0.1)
    assert set(card.background["log-likelihood"]) >= {"yeast", "shuffled yeast"}


def test_sites_that_a_model_knows_have_less_entropy_and_surprise(data: Path) -> None:
    """Sure inside of the planted word and nowhere else: both differences are as by hand."""
    sites = known_sites(data, "Reb1", ["chrX"])
    assert len(sites) == 41
    assert all(site.text[site.start : site.start + site.length] == SITE for site in sites)

    def sure(X: torch.Tensor) -> torch.Tensor:
        found = torch.full_like(X, 0.25)
        inside = slice(sites[0].start, sites[0].start + len(SITE))
        found[:, :, inside] = 0.01 + 0.96 * X[:, :, inside]
        return found

    blind, knowing = known(lambda X: torch.full_like(X, 0.25), "Reb1", sites), known(sure, "Reb1", sites)
    assert (blind.entropy, *blind.surprise_95) == pytest.approx((0, 0, 0), abs=1e-9)
    assert knowing.entropy == pytest.approx(-0.97 * np.log2(0.97) - 0.03 * np.log2(0.01) - 2, abs=1e-6)
    assert knowing.surprise == pytest.approx(-np.log2(0.97) - 2, abs=1e-6)
    assert "Reb1, 41 sites: entropy -1.758" in knowing.sentence


@pytest.mark.long
def test_yeast_binding_from_end_to_end(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yeast_binding, "MEMBERS", 1)
    monkeypatch.setattr(yeast_binding, "BATCH", 16)
    monkeypatch.setattr(yeast_binding, "SCHEDULE", Schedule(epochs=30, patience=30, learning_rate=2e-2))
    card = read_card(yeast_binding.train(data, tmp_path).with_suffix(".json"))
    assert card.training["summits"]["Reb1"] == 2 * 41
    rows = {row["track"]: row for row in card.held_out}
    profile = rows["Reb1 profile"]
    # A site of one bin in nine: guessing gives an AUPRC of about 0.11.
    assert profile["positives"] / profile["n"] == pytest.approx(1 / 9, abs=0.02)
    assert profile["auprc"] > 0.6
    assert profile["published"][0]["value"] > 0.9  # the scan with the planted motif itself
    assert "published" not in rows["Sua7 profile"]
    again = yeast_binding.evaluate(load_model(card), data)
    assert {row["track"]: row["auprc"] for row in again} == {t: row["auprc"] for t, row in rows.items()}


@pytest.mark.skipif(not DATA.is_dir(), reason="needs the public data sets")
def test_real_genes_start_with_atg() -> None:
    _, _, test = genomes.yeast(DATA)
    starts = [text[:3] for text in texts(test.genes(3))]
    assert starts.count("ATG") / len(starts) > 0.98
