"""Tables of measured effects: what divides cells, which column is what, how positions count, and what is refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from genoviz.errors import BadInput, RefMismatch, UnknownName
from genoviz.genomes.registry import open_genome
from genoviz.measured.columns import recognise
from genoviz.measured.example import example_table
from genoviz.measured.experiment import Change
from genoviz.measured.reading import experiment_of, from_genome, look_into
from genoviz.measured.repeats import repeats_of
from genoviz.measured.table import number_of, read_table
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence, read_sequences

SHARED = Path(__file__).parents[3] / "shared" / "data" / "satmut_mpra"
BASES = "ACGTTGCATCGGATAAGTCC"


def table(start: int = 1, bases: str = BASES, header: str = "position\tref\talt\teffect") -> bytes:
    """Each base to the next letter of ACGT, with its number as effect."""
    rows = [f"{i + start}\t{b}\t{'ACGT'['CGTA'.index(b) - 2]}\t{i / 10}" for i, b in enumerate(bases)]
    return "\n".join([header, *rows]).encode()


@pytest.mark.parametrize(
    ("header", "effect", "barcodes", "p"),
    [
        ("Chromosome Position Ref Alt Tags DNA RNA Value P-Value Element", "Value", "Tags", "P-Value"),
        ("Element Release Chrom Pos Ref Alt Barcodes DNA RNA Coefficient pValue", "Coefficient", "Barcodes", "pValue"),
        (
            "element assembly chrom pos ref alt barcodes dna rna log2_effect p_value",
            "log2_effect",
            "barcodes",
            "p_value",
        ),
        ("POS REF ALT log2FC FDR", "log2FC", None, "FDR"),
    ],
)
def test_usual_names_are_recognised(header: str, effect: str, barcodes: str | None, p: str) -> None:
    of = recognise(header.split()).of
    assert (of["effect"], of.get("barcodes"), of["p_value"]) == (effect, barcodes, p)
    assert {of[role].lower() for role in ("position", "ref", "alt")} <= {"pos", "position", "ref", "alt"}


def test_several_that_fit_are_said_and_can_be_chosen() -> None:
    header = ["pos", "ref", "alt", "score", "value", "hepg2_delta_psi"]
    found = recognise(header)
    assert found.of["effect"] == "value"
    assert "`value` is read; the others are `score`" in found.notices[0]
    assert recognise(header, {"effect": "score"}).of["effect"] == "score"
    with pytest.raises(UnknownName, match="column"):
        recognise(header, {"effect": "scor"})
    with pytest.raises(UnknownName, match="kind of column"):
        recognise(header, {"efect": "score"})


def test_replicates_are_no_effects() -> None:
    found = recognise(["pos", "ref", "alt", "effect_rep2", "effect_rep1", "barcodes_rep1", "barcodes_rep2"])
    assert found.replicates == ("effect_rep1", "effect_rep2")
    rows = b"pos,ref,alt,rep1,rep2\n1,A,C,1,3\n2,C,G,5,NA\n3,G,T,,\n"
    read = experiment_of(look_into(rows))
    assert read.effects.tolist() == [2, 5]
    np.testing.assert_array_equal(read.replicates, [[1, 5], [3, np.nan]])
    assert "1 with no number as effect" in " ".join(read.notices)


def test_cells_of_many_tables() -> None:
    plain = read_table(table())
    assert read_table(gzip.compress(table())).rows == plain.rows
    assert read_table(b"\xef\xbb\xbf# made by hand\n#" + table().replace(b"\n", b"\r\n")).header == plain.header
    semicolons = read_table(b"position;ref;alt;effect\n1;A;C;0,25\n2;C;;-1,5\n")
    assert semicolons.numbers("effect") == [0.25, -1.5]
    quoted = read_table(b'name,effect\n"a, b",1\n')
    assert quoted.rows == (("a, b", "1"),)
    assert number_of("1e-5") == 1e-5
    assert all(np.isnan(number_of(text)) for text in ("NA", "", "inf", "1e999", "high", "1_000", "٣"))
    assert number_of("\u22120.5") == -0.5


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"# only a comment\n", "empty"),
        (b"position\n1\n", "divides"),
        (b"1\tA\tC\t0.5\t3\n2\tA\tC\t0.5\t3\n", "names the columns"),
        (b"position\tref\talt\teffect\n1\tA\n", "no rows"),
        (gzip.compress(table(), mtime=0)[:40], "damaged"),
        (b"PK\x03\x04\x00\x00\x00\tposition\x00\n", "no text file"),
        (b"position\tref\talt\tdepth\n1\tA\tC\t2\n", "measured effect"),
        (b"ref\talt\teffect\nA\tC\t2\n", "position"),
    ],
)
def test_what_is_no_such_table_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        look_into(content)


def test_changes_are_read_in_any_spelling() -> None:
    rows = b"pos,ref,alt,effect\n3,G,-,1\n4,TT,T,2\n6,g,u,3\n7,C,CA,4\n8,A,A,5\n9,X,T,6\nten,A,C,7\n"
    found = look_into(rows)
    # `pos` 4, TT to T: one of the two goes. What is no change, or no base, is left out.
    reference = [Sequence("NNGTTGCA")]
    read = experiment_of(found, references=reference)
    assert read.changes == (Change(2, "G", ""), Change(3, "T", ""), Change(5, "G", "T"), Change(7, "", "A"))
    assert [change.name for change in read.changes] == ["3delG", "4delT", "G6T", "7_8insA"]
    words = experiment_of(look_into(b"variant,effect\nA1C,1\nc.2C>T,2\nchr1-3-G-A,3\nA1C,3\nwhat,1\n"))
    assert words.changes == (Change(0, "A", "C"), Change(1, "C", "T"), Change(2, "G", "A"))
    assert words.effects.tolist() == [2, 2, 3]  # A1C stands there twice
    assert "repeat a change" in " ".join(words.notices)


def test_bases_tell_how_the_table_counts() -> None:
    for start, said in ((1, "count from 1"), (0, "count from 0"), (101, "Position 101 of the table is base 1")):
        read = experiment_of(look_into(table(start)), references=[Sequence(BASES)])
        assert [change.start for change in read.changes] == list(range(len(BASES)))
        assert said in " ".join(read.notices)
    whole = Sequence("TTTTT" + BASES, locus=Locus("chr1", 500, 525))
    for start in (505, 506):
        read = experiment_of(look_into(table(start)), references=[whole])
        assert read.changes[0].start == 5
        assert f"chr1, counted from {start - 505}" in " ".join(read.notices)


def test_a_reference_of_the_other_strand_is_found_and_a_wrong_one_refused() -> None:
    other = Sequence(BASES).reverse_complement()
    read = experiment_of(look_into(table()), references=[Sequence("ACGT" * 5), other])
    assert read.sequence.bases == other.bases
    assert read.changes[0].start == len(BASES) - 1
    assert read.turned().changes == experiment_of(look_into(table())).changes
    with pytest.raises(RefMismatch, match="At best"):
        experiment_of(look_into(table()), references=[Sequence("ACGT" * 5)])


def test_the_reference_is_put_together() -> None:
    rows = table(11).decode().splitlines()
    read = experiment_of(look_into("\n".join(rows[:5] + rows[6:]).encode()))
    assert read.sequence.bases == BASES[:4] + "N" + BASES[5:]
    assert "N stands for 1 base" in " ".join(read.notices)
    with pytest.raises(RefMismatch, match=r"two reference bases at position 11 of element: A and C"):
        experiment_of(look_into(table(11) + b"\n11\tC\tT\t1\n"))


def test_elements_and_builds_are_told_apart() -> None:
    rows = ["element,assembly,chrom,pos,ref,alt,effect"]
    for element, build, start in (("a", "GRCh37", 5), ("a", "GRCh38", 9), ("a.2", "GRCh38", 9), ("b", "GRCh38", 50)):
        rows += [f"{element},{build},chr1,{start + i},{b},N,1" for i, b in enumerate("AC")]
        rows += [f"{element},{build},chr1,{start + i},{b},-,{i}" for i, b in enumerate(BASES)]
    found = look_into("\n".join(rows).encode())
    assert list(found.elements) == ["a, GRCh37", "a, GRCh38", "a.2, GRCh38", "b, GRCh38"]
    read = experiment_of(found, "a, GRCh38")
    assert read.sequence.locus == Locus("chr1", 8, 28, assembly="GRCh38")
    (repeat,) = repeats_of(found, read)
    assert (repeat.name, repeat.changes) == ("a.2, GRCh38", 20)
    assert repeat.pearson == pytest.approx(1)
    with pytest.raises(UnknownName):
        experiment_of(found, "c")
    mixed = "\n".join(rows).replace("chr1,9", "chr2,9").replace("element,", "kind,").encode()
    with pytest.raises(BadInput, match="names in"):
        experiment_of(look_into(mixed), "GRCh38")


def test_a_genome_gives_the_reference() -> None:
    with open_genome("teaching") as genome:
        chromosome = next(iter(genome.chromosomes))
        letters = genome.fetch(Locus(chromosome, 2000, 2020)).bases
        for start in (2000, 2001):
            rows = table(start, letters).decode().splitlines()
            lines = [f"chrom\t{rows[0]}", *(f"{chromosome}\t{row}" for row in rows[1:])]
            read = from_genome(look_into("\n".join(lines).encode()), None, genome)
            assert read.sequence.bases == letters
            assert read.sequence.locus.start == 2000
            assert [change.start for change in read.changes] == list(range(20))
        with pytest.raises(BadInput, match="chromosome"):
            from_genome(look_into(table()), None, genome)


def test_filters_and_the_other_strand() -> None:
    read = experiment_of(look_into(example_table()))
    few = read.kept(least_barcodes=20, largest_p=0.05, deletions=False)
    assert 0 < len(few) < len(read)
    assert few.barcodes.min() >= 20
    assert few.p_values.max() <= 0.05
    assert all(change.is_substitution for change in few.changes)
    with pytest.raises(BadInput, match="no barcodes"):
        experiment_of(look_into(table())).kept(least_barcodes=1)
    with pytest.raises(BadInput, match="passes the filters"):
        read.kept(least_barcodes=1e6)
    turned = read.turned()
    assert turned.turned().changes == read.changes
    measured = read.map_of(read.effects)
    assert np.array_equal(turned.map_of(read.effects)[:4], measured[3::-1, ::-1], equal_nan=True)
    assert np.array_equal(turned.along(read.effects), read.along(read.effects)[::-1], equal_nan=True)


@pytest.mark.data
@pytest.mark.skipif(not SHARED.is_dir(), reason="the public data sets are not here")
def test_the_public_experiments_fit_their_sequences() -> None:
    found = look_into((SHARED / "effects.tsv.gz").read_bytes())
    references = [one.sequence for one in read_sequences((SHARED / "reference_elements.fa").read_bytes())]
    by_name = {one.name.split()[0]: one for one in references}
    for name in ("LDLR, GRCh37", "MSMB, GRCh37", "TCF7L2, GRCh38"):
        element = name.split(",")[0]
        read = experiment_of(found, name)
        assert read.sequence.bases == by_name[element].bases
        assert len(experiment_of(found, name, references=[by_name[element]])) == len(read)
    (repeat,) = repeats_of(found, experiment_of(found, "LDLR, GRCh37").kept(least_barcodes=10))
    assert repeat.name == "LDLR.2, GRCh37"
    assert repeat.pearson > 0.95
