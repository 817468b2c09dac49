"""Spellings of variants, accepted and rejected, on a small genome; docs/variants.md shows the same table."""

from __future__ import annotations

from pathlib import Path

import pytest

from genoviz.errors import GenovizError
from genoviz.variants.check import read_variant
from genoviz.variants.rows import spelled_rows
from genoviz.variants.variant import Variant
from tests.small_reference import PIECE, SPELLING_GENOME

DOCS = Path(__file__).parents[2] / "docs" / "variants.md"

# Bases 12,331 to 12,380 of chr1 are PIECE; 12,345 is A, 12,348-12,352 are TTTTT, 12,354-12,362 are CAGCAGCAG.
ACCEPTED = [
    # gnomAD, Open Targets, GTEx
    ("1-12345-A-G", "chr1-12345-A-G"),
    ("chr1-12345-A-G", "chr1-12345-A-G"),
    ("1_12345_A_G", "chr1-12345-A-G"),
    ("chr1_12345_A_G", "chr1-12345-A-G"),
    ("chr1_12345_A_G_b38", "chr1-12345-A-G"),
    # other separators
    ("1:12345:A:G", "chr1-12345-A-G"),
    ("chr1:12345:A:G", "chr1-12345-A-G"),
    ("chr1/12345/A/G", "chr1-12345-A-G"),
    ("chr1|12345|A|G", "chr1-12345-A-G"),
    ("chr1>12345>A>G", "chr1-12345-A-G"),
    ("chr1 12345 A G", "chr1-12345-A-G"),
    ("chr1\t12345\tA\tG", "chr1-12345-A-G"),
    ("chr1:12345 A>G", "chr1-12345-A-G"),
    ("chr1:12345A>G", "chr1-12345-A-G"),
    ("chr1:12345 A/G", "chr1-12345-A-G"),
    ("chr1:12,345 A>G", "chr1-12345-A-G"),
    ("chr1 : 12345 : A : G", "chr1-12345-A-G"),
    # what word processors and web pages make of it
    ("chr1\u201312345\u2013A\u2013G", "chr1-12345-A-G"),
    ("chr1\u221212345\u2212A\u2212G", "chr1-12345-A-G"),
    ("chr1:12345 A\u2192G", "chr1-12345-A-G"),
    ("chr1:12345A->G", "chr1-12345-A-G"),
    ("CHR1-12345-a-g", "chr1-12345-A-G"),
    # the assembly named
    ("hg38 chr1:12345 A>G", "chr1-12345-A-G"),
    ("GRCh38:1:12345:A:G", "chr1-12345-A-G"),
    ("GRCh38.p14 1-12345-A-G", "chr1-12345-A-G"),
    ("GRCh38.p14:1:12345:A:G", "chr1-12345-A-G"),
    ("hs38DH:chr1:12345:A:G", "chr1-12345-A-G"),
    ("GCF_000001405.40 chr1:12345 A>G", "chr1-12345-A-G"),
    ("[GRCh38] chr1-12345-A-G", "chr1-12345-A-G"),
    ("chr1-12345-A-G (hg38)", "chr1-12345-A-G"),
    ("chr1(GRCh38):g.12345A>G", "chr1-12345-A-G"),
    # first and last position
    ("chr1:12345-12345 A>G", "chr1-12345-A-G"),
    ("chr1:12345-12346 AG>TC", "chr1-12345-AG-TC"),
    ("1 12345 12345 A/G +", "chr1-12345-A-G"),
    ("1 12345 12345 A/G 1", "chr1-12345-A-G"),
    # a line of a VCF
    ("1\t12345\trs1\tA\tG", "chr1-12345-A-G"),
    ("chr1\t12345\t.\tA\tG\t50\tPASS\tAC=1;AN=2\tGT\t0/1", "chr1-12345-A-G"),
    ("1 12345 . A G 50 PASS AC=1", "chr1-12345-A-G"),
    ("1 12345 12345 A G", "chr1-12345-A-G"),
    # more than one base: trimmed and left-aligned
    ("chr1-12345-AGA-AGT", "chr1-12347-A-T"),
    ("chr1-12351-TT-T", "chr1-12347-AT-A"),
    ("chr1-12347-AT-A", "chr1-12347-AT-A"),
    ("chr1-12352-T-TT", "chr1-12347-A-AT"),
    ("chr1-12345-AG-TT", "chr1-12345-AG-TT"),
    ("chr1-12345-N-G", "chr1-12345-A-G"),
    # genomic HGVS
    ("NC_000001.11:g.12345A>G", "chr1-12345-A-G"),
    ("chr1:g.12345A>G", "chr1-12345-A-G"),
    ("1:g.12345A>G", "chr1-12345-A-G"),
    ("1:g.12,345A>G", "chr1-12345-A-G"),
    ("chr1:g.12345_12346AG>TC", "chr1-12345-AG-TC"),
    ("NC_000001.11:g.12345del", "chr1-12344-CA-C"),
    ("NC_000001.11(DDX11L1):g.12345del", "chr1-12344-CA-C"),
    ("chr1:g.12345delA", "chr1-12344-CA-C"),
    ("chr1:g.12345delAG", "chr1-12344-CAG-C"),
    ("chr1:g.12345_12346del2", "chr1-12344-CAG-C"),
    ("chr1:12345_12346del", "chr1-12344-CAG-C"),
    ("chr1:g.12352del", "chr1-12347-AT-A"),
    ("chr1:g.12352dup", "chr1-12347-A-AT"),
    ("chr1:g.12345_12346dupAG", "chr1-12344-C-CAG"),
    ("chr1:g.12345_12346insCC", "chr1-12345-A-ACC"),
    ("chr1:g.12352_12353insT", "chr1-12347-A-AT"),
    ("chr1:g.12345_12346delinsTC", "chr1-12345-AG-TC"),
    ("chr1:g.12345_12346delAGinsT", "chr1-12345-AG-T"),
    ("chr1:g.12345_12347inv", "chr1-12345-AGA-TCT"),
    ("chr1:g.12354_12356CAG[4]", "chr1-12353-C-CCAG"),
    ("chr1:g.12354CAG[2]", "chr1-12353-CCAG-C"),
    ("chr1:g.12354_12362CAG[2]", "chr1-12353-CCAG-C"),
    ("chr1:g.1del", "chr1-1-CC-C"),
    # SPDI counts from 0
    ("NC_000001.11:12344:A:G", "chr1-12345-A-G"),
    ("NC_000001.11:12344:A:", "chr1-12344-CA-C"),
    ("NC_000001.11:12344:2:T", "chr1-12345-AG-T"),
    ("NC_000001.11:12345::CC", "chr1-12345-A-ACC"),
    # other chromosomes
    ("X-5-C-T", "chrX-5-C-T"),
    ("NC_000023.11:g.5C>T", "chrX-5-C-T"),
    ("MT-3243-A-G", "chrM-3243-A-G"),
    ("NC_012920.1:m.3243A>G", "chrM-3243-A-G"),
]
REJECTED = [
    # not a variant
    ("", "empty"),
    ("x", "could not be read"),
    ("chr1:12345", "could not be read"),
    ("chr1:100-200", "could not be read"),
    ("A-G", "could not be read"),
    ("chr1-12345-A-G extra words", "could not be read"),
    ("chr1-12345-A-G\nchr1-12346-G-A", "2 lines"),
    # alleles
    ("chr1-12345-A-", "chr1:g.12345delA"),
    ("chr1-12345--G", "chr1:g.12345_12346insG"),
    ("chr1:12345 A>-", "empty allele"),
    ("chr1-12345-A-A", "both `A`"),
    ("chr1-12345-A-U", "`U`"),
    ("chr1-12345-A-R", "`R`"),
    ("chr1-12345-A-*", "`*`"),
    ("chr1-12345-A-<DEL>", "<DEL>"),
    ("1\t12345\t.\tA\t<DEL>\t.\tPASS\tEND=5", "<DEL>"),
    ("chr1-12345-A-G,T", "2 alternate alleles"),
    # positions
    ("chr1-0-A-G", "position is 0"),
    ("chr1-1234567890123456-A-G", "16 digits"),
    ("chr1:12345-12347 A>G", "1 base"),
    ("chr1 12344 12345 A G", "may be a BED line"),
    ("chr1\t12344\t12346\tAG\tA", "chr1-12345-AG-A"),
    ("chr1-20000-C-G (hg19)", "Positions are never carried"),
    ("GRCh37.p13 1-12345-A-G", "Positions are never carried"),
    ("hs37d5:1:12345:A:G", "Positions are never carried"),
    ("T2T-CHM13v2.0 chr1:12345 A>G", "Positions are never carried"),
    ("hs1:chr1:12345:A:G", "Positions are never carried"),
    ("hs1-12345-A-G", "no chromosome named `hs1`"),
    ("mm39:chr1:g.12345del", "is on GRCm39"),
    ("chr1(hg18):g.12345A>G", "Positions are never carried"),
    ("chr1_12345_A_G_hg17", "Positions are never carried"),
    ("chr1-20001-C-G", "has 20,000 bases"),
    ("chr1:g.20001del", "has 20,000 bases"),
    ("chr7-5-A-G", "no chromosome named `chr7`"),
    ("chr2-5-A-G", "has 1 base N"),
    # the reference allele differs
    ("chr1-12345-G-A", "Swap reference and alternate"),
    ("chr1-12345-T-C", "Read it on the minus strand (T>C is A>G)"),
    ("chr1-12345-C-G", "Use the reference base A"),
    ("1 12345 12345 T/C -", "minus strand"),
    ("chr1:g.12345delT", "has CA there"),
    # assemblies
    ("chr1_12345_A_G_b37", "is on `GRCh37`"),
    ("NC_000001.10:g.12345A>G", "is on `GRCh37`"),
    ("hg19 NC_000001.11:g.12345A>G", "names GRCh37"),
    ("NC_000001.99:g.12345A>G", "unknown version"),
    # genomic HGVS
    ("g.12345del", "names no chromosome"),
    ("chr1:g.12345insA", "chr1:g.12345_12346insA"),
    ("chr1:g.12345_12347insA", "not neighbours"),
    ("chr1:g.12346_12345del", "ends before it starts"),
    ("chr1:g.12345_12347delAG", "3 bases by its positions"),
    ("chr1:g.(12345_12346)_(12350_12351)del", "uncertain"),
    ("chr1:g.?_12345del", "uncertain"),
    ("chr1:g.[12345A>G;12347A>T]", "several changes"),
    ("chr1:g.12345=", "no change"),
    ("chr1:g.12345_12346ins20", "spell out the inserted bases"),
    ("chr1:g.12347_12348inv", "changes nothing"),
    ("chr1:g.12357CAG[4]", "begins inside the repeat"),
    ("chr1:g.12354CAG[3]", "changes nothing"),
    ("chr1:g.12345CAG[3]", "names the repeat unit"),
    # names that have to be looked up
    ("rs334", "rsID"),
    ("rs334:A>T", "rsID"),
    ("NM_000059.4:c.68-7T>A", "coding HGVS"),
    ("NM_000059.4(BRCA2):c.68_69del", "coding HGVS"),
    ("BRCA2 c.68-7T>A", "coding HGVS"),
    ("ENST00000380152.8:c.100del", "coding HGVS"),
    ("NR_046018.2:n.100A>G", "transcript HGVS"),
    ("NM_004006.2:r.76a>u", "RNA HGVS"),
    ("NP_000050.3:p.Arg97Ter", "protein HGVS"),
    ("BRAF p.V600E", "protein HGVS"),
    ("BRAF V600E", "protein HGVS"),
    ("VCV000012345.6", "ClinVar"),
    ("COSV57014428", "COSMIC"),
]


def outcome(text: str) -> str:
    """The canonical form, or the message why there is none."""
    try:
        return str(read_variant(text, SPELLING_GENOME).usable())
    except GenovizError as error:
        return str(error)


def code(text: str) -> str:
    """Text as code in a Markdown table; a tab as an arrow, a line end as a sign."""
    shown = text.replace("\t", "\u21e5").replace("\n", "\u23ce").replace("|", "\\|").replace("`", "'")
    return f"`{shown}`" if shown else "(nothing)"


def table() -> str:
    """Both tables as docs/variants.md has them."""
    rows = ["| spelling | read as |", "| --- | --- |"]
    rows += [f"| {code(text)} | {code(canonical)} |" for text, canonical in ACCEPTED]
    rows += ["", "| spelling | the message says |", "| --- | --- |"]
    rows += [f"| {code(text)} | {says.replace('`', '')} |" for text, says in REJECTED]
    return "\n".join(rows)


@pytest.mark.parametrize(("text", "canonical"), ACCEPTED)
def test_accepted(text: str, canonical: str) -> None:
    assert outcome(text) == canonical


@pytest.mark.parametrize(("text", "says"), REJECTED)
def test_rejected(text: str, says: str) -> None:
    try:
        checked = read_variant(text, SPELLING_GENOME)
        assert checked.mismatch is not None, f"read as {checked.variant}"
        error: GenovizError = checked.mismatch.error
    except GenovizError as raised:
        error = raised
    assert says in str(error)
    assert all((error.read, error.accepted, error.fix))


@pytest.mark.parametrize(("text", "canonical"), ACCEPTED)
def test_rows_of_pasted_text_read_the_same(text: str, canonical: str) -> None:
    (row,) = spelled_rows(text, 1, assembly="GRCh38", reference=SPELLING_GENOME)
    assert row.variant is not None, row.detail
    assert str(row.variant.left_align(SPELLING_GENOME.bases) if row.variant.ref != "N" else canonical) == canonical


@pytest.mark.parametrize("canonical", sorted({canonical for _, canonical in ACCEPTED}))
def test_canonical_forms_are_read_as_themselves(canonical: str) -> None:
    assert outcome(canonical) == canonical
    assert str(Variant.parse(canonical)) == canonical


def test_the_table_is_long_and_holds_no_spelling_twice() -> None:
    texts = [text for text, _ in ACCEPTED + REJECTED]
    assert len(set(texts)) == len(texts) >= 80


def test_docs_show_this_table_and_genome() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert table() in text
    assert PIECE in text
