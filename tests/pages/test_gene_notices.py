"""Gene models on the pages: names that stand twice, the strand of a gene, what was left out, and caches that can't be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from genoviz.genomes.registry import register
from genoviz.genomes.teaching import teaching_genome
from tests.pages.waiting import AT_MOST
from tests.small_annotation import gtf

ROOT = Path(__file__).parents[2]
GENES = (
    gtf(
        "DUPX", "NM_9", *(f"chrT1 exon {a} {a + 99} + {n}" for a, n in ((20001, 1), (20401, 2), (60001, 1), (60401, 2)))
    )
    + gtf("b2", "unknown_transcript_1", "chrT1 gene 1001 1300 -", "chrT1 CDS 1001 1297 - 1")
    + gtf("b3", "unknown_transcript_1", "chrT1 gene 1201 1400 -", "chrT1 CDS 1201 1397 - 1")
    + gtf("TORN", "T", "chrT1 exon 5001 5100 - 1", "chrT1 exon 7001 7100 + 2")
)


@pytest.fixture(autouse=True)
def _genome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A genome with odd gene models, and a cache folder that can't be used."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GENOVIZ_GENOMES", str(tmp_path / "genomes"))
    monkeypatch.setenv("GENOVIZ_CACHE", str(tmp_path / "file"))
    (tmp_path / "odd.gtf").write_text(GENES)
    register(teaching_genome().fasta, "odd", "synthetic-1", tmp_path / "odd.gtf", synthetic=True)


def opened(page: str, **query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=AT_MOST)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(page)
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    return "\n".join(element.value for kind in (app.error, app.caption, app.warning) for element in kind).replace(
        "\\", ""
    )


def test_the_page_sequence_asks_which_copy_is_meant() -> None:
    page = "pages/explore/sequence.py"
    text = said(opened(page, model="tfbind.encode10", genome="odd", place="exon 2 of DUPX"))
    assert "2 genes go by the name" in text
    app = opened(page, model="tfbind.encode10", genome="odd", place="exon 2 of DUPX chrT1:60,001-60,500")
    assert not app.error
    text = said(app)
    assert "exon 2 of DUPX" in text
    assert "Transcript NM" in text
    assert "stands at several places in the gene models" in text
    assert "transcripts with parts on both strands: 1" in text
    assert "could not be kept" in text
    offered = next(box for box in app.selectbox if box.label == "Place").options
    assert {"DUPX chrT1:20,001-20,500", "DUPX chrT1:60,001-60,500", "b2"} <= set(offered)


def test_the_page_variants_reads_a_gene_on_its_strand_and_says_what_is_left_out(tmp_path: Path) -> None:
    page = "pages/explore/variants.py"
    genome = teaching_genome().fasta.read_text().split(">")[1].partition("\n")[2].replace("\n", "").upper()

    def variant(position: int) -> str:
        base = genome[position - 1]
        return f"chrT1-{position}-{base}-{'A' if base != 'A' else 'C'}"

    app = opened(page, model="splice.sites", genome="odd", variant=variant(1250))
    assert "model reads the minus strand" in said(app)
    options = next(box for box in app.selectbox if box.label == "Transcript").options
    assert sum("unknown_transcript_1" in option.replace("\\", "") for option in options) == 2
    text = said(opened(page, model="splice.sites", genome="odd", variant=variant(5050)))
    assert "lies here in the gene models, but was left out" in text
