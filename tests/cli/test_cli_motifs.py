"""`genoviz motifs ...`: hits, blocks, names and motifs are those of the functions and of the page's files."""

from __future__ import annotations

from inspect import signature
from pathlib import Path

import numpy as np
import pytest

from genoviz.attribute.attribution import attribute
from genoviz.attribute.site_use import explain_hits, unexplained
from genoviz.attribute.tables import attribution_provenance, use_table
from genoviz.cli import motifs as commands
from genoviz.files.tsv import tsv
from genoviz.models.catalogue import get_card
from genoviz.models.factors import factors_of, taxa_of, usual_taxa
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.motifs import scan as scanning
from genoviz.motifs.collection import TAXA, collection, find, user_motifs
from genoviz.motifs.files import read_motifs, write_meme
from genoviz.motifs.match import block_bed, name_blocks
from genoviz.motifs.names import name_motifs
from genoviz.motifs.scan import scan, without_overlaps
from genoviz.motifs.tables import block_provenance, block_table, hit_table, name_table
from genoviz.mutagenesis.saturation import saturate
from genoviz.sequences.sequence import Sequence
from genoviz.ui.sequence import blocks as page_blocks
from genoviz.ui.sequence import sites_panel
from tests.cli.calls import as_text, bad, call, good, header_of, record, rows_of

ETS = "CAGAGCAGACAACTAAGTGCTATCAACTAGACCGGAAGTGCCTGAGGTGCTACTACAGTGTCCACTTCCGGTGTTCCGACAAATAACTACGTTTCCCTTAA"
READ = Sequence(ETS)
NAME = "tfbind.encode10"
GABPA = Target("binding", ("GABPA",))
QUICK = ("--method", "saliency")  # no references: fast


@pytest.fixture(autouse=True)
def no_motifs_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENOVIZ_MOTIFS", raising=False)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    file = tmp_path / "own.meme"
    file.write_text(write_meme([find("GABPA"), find("USF1")]))
    return file


def test_scan_is_what_python_says(own: Path) -> None:
    for options, motifs in (
        (("--taxa", "fungi, insects"), collection(["fungi", "insects"])),
        (("--motif", "GABPA", "--motif", "MA0139"), (find("GABPA"), find("CTCF"))),
        (("--motifs", str(own)), user_motifs([own]).motifs),
        (("--motif", "CTCF", "--taxa", "insects"), (find("CTCF"), *collection(["insects"]))),
    ):
        every = scan(READ, motifs, 1e-3)
        assert every
        for how, hits in ((("--all",), every), ((), without_overlaps(every))):
            made = record("motifs", "scan", "-s", ETS, "--threshold", "0.001", *options, *how)
            assert made["rows"] == as_text(hit_table(hits, READ))
        printed = good("motifs", "scan", "-s", ETS, "--threshold", "0.001", *options)
        assert rows_of(printed) == rows_of(tsv(hit_table(without_overlaps(every), READ)))
    assert "JASPAR 2026" in header_of(good("motifs", "scan", "-s", ETS, "--taxa", "insects"))["motifs"]


def test_scan_of_several_sequences_of_any_length(tmp_path: Path) -> None:
    file = tmp_path / "two.fa"
    file.write_text(f">one\n{ETS}\n>two\n{ETS[20:45]}\n")
    printed = good("motifs", "scan", "--fasta", str(file), "--motif", "GABPA")
    assert printed.count("# sequence: ") == 2
    assert "two: 1 matches at 1 places" in call("motifs", "scan", "--fasta", str(file), "--motif", "GABPA").stderr


def test_scan_says_whether_a_model_uses_a_site() -> None:
    model = load_model(NAME)
    result = attribute(model, READ, GABPA, "saliency")
    hits = scan(READ, collection(["fungi"]))
    uses = explain_hits(hits, result.per_base)
    words = ("motifs", "scan", "-s", ETS, "--model", NAME, "-t", "GABPA", "--taxa", "fungi", "--all", *QUICK)
    made = record(*words)
    assert made["rows"] == as_text(use_table(uses, READ))
    strange = unexplained(result.per_base, hits)
    assert [row["first"] for row in made["unexplained"]] == [stretch.start + 1 for stretch in strange]
    printed = good(*words)
    assert rows_of(printed) == rows_of(tsv(use_table(uses, READ)))  # the rows of the page's file
    expected = header_of(tsv([], attribution_provenance(model.card, result)))
    assert expected.items() <= header_of(printed).items()
    assert f"{sum(use.used for use in uses)} of them used by the model" in call(*words).stderr


@pytest.mark.parametrize("source", ["attribution", "map"])
def test_blocks_are_those_of_the_function_and_of_the_page(source: str) -> None:
    model = load_model(NAME)
    motifs = collection(["vertebrates"])
    options: tuple[str, ...] = QUICK
    scores = attribute(model, READ, GABPA, "saliency").per_base
    if source == "map":
        options, scores = ("--map",), saturate(model, READ, GABPA).importance
    found = name_blocks(READ, scores, motifs, about=factors_of(GABPA))
    assert found
    words = ("motifs", "blocks", NAME, "-s", ETS, "-t", "GABPA", *options)
    made = record(*words)
    rows = as_text(block_table(found, READ))
    assert [row["match"] for row in made["rows"]] == [row["match"] for row in rows]
    assert [row["sum_of_scores"] for row in made["rows"]] == pytest.approx([row["sum_of_scores"] for row in rows])
    assert good(*words, "--bed") == block_bed(found, READ)
    weak = rows_of(good(*words, "--weak"))
    assert [row["accession"] for row in weak] == [row["accession"] for row in block_table(found, READ, weak=True)]
    header = header_of(good(*words))
    said = {key: str(value) for key, value in block_provenance(page_blocks.SOURCES[source], ("vertebrates",)).items()}
    assert said.items() <= header.items()


def test_motifs_fit_the_organism_as_on_the_page() -> None:
    for page, name, function in ((page_blocks, "usual_taxa", usual_taxa), (sites_panel, "taxa_of", taxa_of)):
        assert getattr(page, name) is function
    assert usual_taxa(get_card("splice.sites")) == ()
    assert taxa_of(get_card("splice.sites")) == ("vertebrates", "plants")
    yeast, bases = "bpnet.yeast", ("ACGTTGCA" * 93)[:744]
    printed = good("motifs", "scan", "-s", bases, "--model", yeast, "--threshold", "1e-5", *QUICK)
    assert header_of(printed)["motifs"].endswith(": fungi")
    assert (
        "Choose some by --taxa"
        in call("motifs", "scan", "-s", ETS[:60], "--model", "promoter.ecoli", "--fit", "pad", *QUICK).stderr
    )
    bases = ("TATAAT" * 30)[:150]
    result = call("motifs", "blocks", "promoter.ecoli", "-s", bases, *QUICK)
    assert result.exit_code == 0
    assert "Choose some by --taxa" in result.stderr
    assert {row["match"] for row in rows_of(result.stdout)} <= {""}


def test_thresholds_are_those_of_the_page() -> None:
    assert signature(commands.scan).parameters["threshold"].default == scanning.THRESHOLD == sites_panel.THRESHOLDS[0]


def test_names_of_motifs_in_a_file(own: Path) -> None:
    queries = read_motifs(own.read_text(), source="own.meme")
    for options, taxa in (((), TAXA), (("--taxa", "plants"), ("plants",))):
        expected = name_table(queries, name_motifs(queries, collection(taxa)))
        made = record("motifs", "name", str(own), *options)
        assert made["rows"] == as_text(expected)
        assert rows_of(good("motifs", "name", "-", *options, input=own.read_text())) == rows_of(tsv(expected))
    # Members of a family tie: what the motifs are about decides.
    about = name_motifs(queries, collection(), about=["ELK4"])
    named = record("motifs", "name", str(own), "--about", "elk4")
    assert [row["match"] for row in named["rows"]] == [match.motif.name for match in about if match]
    assert named["rows"][0]["family"] == "Ets-related"
    assert "no positions" in bad("motifs", "name", "-", input="MEME version 4\nMOTIF x\nletter-probability matrix:\n")
    assert "can't be read" in bad("motifs", "name", str(own.with_name("nothing.meme")))


def test_show_prints_a_motif(own: Path) -> None:
    motif = find("MA0139")
    made = record("motifs", "show", "MA0139")
    assert (made["name"], made["accession"], made["taxon"]) == ("CTCF", motif.accession, "vertebrates")
    np.testing.assert_array_equal([[row[base] for base in "ACGT"] for row in made["rows"]], motif.matrix)
    np.testing.assert_allclose([row["bits"] for row in made["rows"]], motif.information())
    printed = good("motifs", "show", "ctcf")
    assert header_of(printed)["licence"] == "CC BY 4.0"
    assert len(rows_of(printed)) == len(motif)
    (back,) = read_motifs(good("motifs", "show", "ctcf", "--meme"))
    np.testing.assert_allclose(back.matrix, motif.matrix, atol=1e-6)
    mine = record("motifs", "show", "usf1", "--motifs", str(own))
    assert mine["source"] == "own.meme"
    assert "licence" not in mine
    assert "Did you mean" in bad("motifs", "show", "CTCFF")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("scan", "-s", ETS, "--target", "GABPA"), "without --model"),
        (("scan", "-s", ETS, "--taxa", "mammals"), "There is no taxonomic group"),
        (("scan", "-s", ETS, "--threshold", "0.5"), "at most 0.01"),
        (("scan", "-s", ETS, "--motif", "no such"), "There is no motif named"),
        (("scan", "-s", ETS, "--motifs", "nowhere.meme"), "can't be opened"),
        (("scan", "-s", ETS[:50], "--model", NAME), "reads exactly 101"),
        (("blocks", NAME, "-s", ETS, "--method", "best"), "There is no method named"),
        (("blocks", NAME), "Neither --sequence nor --fasta"),
    ],
)
def test_bad_input(words: tuple[str, ...], said: str) -> None:
    assert said in bad("motifs", *words)
