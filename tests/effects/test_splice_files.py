"""Files scored by splice models: by hand on a network that knows GT and AG only, and the same numbers whichever way."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from genoviz.cli.main import app
from genoviz.effects.batch import Pace, score_file
from genoviz.effects.results import read_results, to_vcf, with_largest
from genoviz.errors import BadInput, Cancelled
from genoviz.models.base import NetModel
from genoviz.models.catalogue import get_card
from genoviz.models.weights import is_ready
from genoviz.splicing.tables import SpliceOptions
from tests.splicing.test_splice_effect import ALONG, EXON
from tests.splicing.test_splice_usage import MODEL as USAGE

pysam = pytest.importorskip("pysam")
bcftools = pytest.importorskip("pysam.bcftools")
DATA = Path(os.environ.get("GENOVIZ_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))
HEADER = (
    "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=90>\n"
    '##INFO=<ID=AC,Number=A,Type=Integer,Description="Allele count">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
)
# Two genes share the exon 43-48 between AG and GT; G says that its exon ends at 48, of H no exon is known.
GENES = """##gff-version 3
chr1\tx\tmRNA\t11\t85\t.\t+\t.\tID=tx1;gene=G
chr1\tx\texon\t11\t20\t.\t+\t.\tParent=tx1
chr1\tx\texon\t43\t48\t.\t+\t.\tParent=tx1
chr1\tx\texon\t71\t85\t.\t+\t.\tParent=tx1
chr1\tx\tgene\t25\t80\t.\t+\t.\tID=H;Name=H|1
"""
VARIANTS = [
    "chr1\t49\tlost\tG\tC,A\t.\tPASS\tAC=1,2",
    "chr1\t47\tin_repeat\tCC\tC\t.\tPASS\tAC=1",
    "chr1\t5\tno_gene\tC\tA\t.\tPASS\t.",
    "chr1\t49\twrong\tT\tA\t.\tPASS\t.",
    "chr1\t49\tdeleted\tG\t<DEL>\t.\tPASS\t.",
    "chr2\t49\tnowhere\tG\tA\t.\tPASS\t.",
]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    found = {name: tmp_path / file for name, file in (("genome", "g.fa"), ("genes", "g.gff3"), ("vcf", "in.vcf"))}
    found["genome"].write_text(f">chr1\n{EXON.text}\n")
    found["genes"].write_text(GENES)
    found["vcf"].write_text(HEADER + "".join(f"{line}\n" for line in VARIANTS))
    return found


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Callable[[NetModel], None]:
    """Makes a network of these tests the one that every name means."""

    def use(model: NetModel) -> None:
        for place in ("effects.batch", "effects.file_chunks", "cli.splice", "cli.variants"):
            monkeypatch.setattr(f"genoviz.{place}.get_card", lambda name: model.card)
        for place in ("effects.chunk_scorer", "models.load"):
            monkeypatch.setattr(f"genoviz.{place}.load_model", lambda name: model)

    return use


def entries(path: Path, field: str) -> dict[str, tuple[str, ...]]:
    """The field of each record, read by htslib."""
    with pysam.VariantFile(str(path)) as file:
        return {record.id: record.info.get(field, ()) for record in file}


def test_a_vcf_in_the_layout_of_spliceai(
    files: dict[str, Path], toy: Callable[[NetModel], None], tmp_path: Path
) -> None:
    toy(ALONG)
    out = tmp_path / "out.vcf"
    options = SpliceOptions(distance=20)
    totals = score_file("toy", files["vcf"], str(files["genome"]), out, splice=options, genes=files["genes"])
    assert totals.skipped == {
        "no such chromosome in the genome": 1,
        "no transcript here; name a strand": 1,
        "reference allele differs from the genome": 1,
        "symbolic allele": 1,
    }
    assert (totals.records, totals.scored) == (6, 3)
    with pysam.VariantFile(str(out)) as file:
        described = file.header.info["toy_splice"].description
        assert file.header.info["toy_splice"].number == "."
    assert described.endswith("Format: ALLELE|SYMBOL|DS_AG|DS_AL|DS_DG|DS_DL|DP_AG|DP_AL|DP_DG|DP_DL")
    found = entries(out, "toy_splice")
    # The donor at 48 is lost, a base to the left of the variant, on both genes; GT becomes AT or CT.
    both = [f"{alt}|{gene}|0|0|0|0.5|0|0|0|-1" for alt in "CA" for gene in ("G", "H_1")]
    assert found["lost"] == tuple(both)
    # Scored left-aligned at 42: base 43 is gone and 44 stands behind AG. Distances count from POS, 47.
    assert found["in_repeat"] == tuple(f"C|{gene}|0.75|0.75|0|0|-3|-4|0|0" for gene in ("G", "H_1"))
    assert not any(found[name] for name in ("no_gene", "wrong", "deleted", "nowhere"))
    asked = bcftools.query("-f", "%ID %INFO/toy_splice\\n", "-e", 'INFO/toy_splice="."', str(out))
    assert asked == "".join(f"{name} {','.join(texts)}\n" for name, texts in found.items() if texts)
    reasons = entries(out, "GENOVIZ_SKIPPED")
    assert reasons["wrong"] == ("reference_allele_differs_from_the_genome_G_there",)
    assert reasons["lost"] == ()
    kept = [line.split("\t")[:7] for line in out.read_text().splitlines() if line.startswith("chr")]
    assert kept == [line.split("\t")[:7] for line in VARIANTS]
    # Scored once more, the fields of the first run are replaced.
    again = tmp_path / "again.vcf"
    score_file("toy", out, str(files["genome"]), again, splice=options, genes=files["genes"])
    assert again.read_text() == out.read_text()


def test_masked_scores_and_genes_without_exons(
    files: dict[str, Path], toy: Callable[[NetModel], None], tmp_path: Path
) -> None:
    toy(ALONG)
    out = tmp_path / "out.tsv"
    options = SpliceOptions(distance=20, masked=True)
    score_file("toy", files["vcf"], str(files["genome"]), out, splice=options, genes=files["genes"])
    table = pd.read_csv(out, sep="\t", comment="#", dtype=str, keep_default_na=False)
    first = table[table["alt"] == "C"].head(2)
    assert first["gene"].tolist() == ["G", "H|1"]
    assert first["skipped"].tolist() == ["", "masked scores need a transcript with exons"]
    assert (first["donor_loss"].iat[0], first["donor_loss_distance"].iat[0]) == ("0.5", "-1")


def test_every_way_has_the_same_numbers(
    files: dict[str, Path], toy: Callable[[NetModel], None], tmp_path: Path
) -> None:
    """`splice --vcf` as TSV, VCF and Parquet, `variants --vcf`, `splice --variant`, and the page's table and VCF."""
    toy(ALONG)

    def run(*words: object, code: int = 0, given: bytes | None = None) -> str:
        options = ("--genome", files["genome"], "--genes", files["genes"])
        result = CliRunner().invoke(app, [str(word) for word in (*words, *options)], input=given)
        assert result.exit_code == code, result.output
        return result.stdout

    outs = {name: tmp_path / f"splice.{name}" for name in ("tsv", "vcf", "parquet")}
    for out in outs.values():
        run("splice", "toy", "--vcf", files["vcf"], "--out", out)
    for name, out in outs.items():
        other = tmp_path / f"variants.{name}"
        run("variants", "toy", "--vcf", "-", "--out", other, given=files["vcf"].read_bytes())
        if name != "parquet":
            assert other.read_text() == out.read_text()
    assert not list(tmp_path.glob("*.input"))
    table = pd.read_csv(outs["tsv"], sep="\t", comment="#", keep_default_na=False, dtype=str)
    assert len(table) == 10
    parquet = pd.read_parquet(outs["parquet"])
    assert list(parquet) == list(table)
    for column in table:
        text = [
            "" if pd.isna(cell) else f"{cell:.9g}" if isinstance(cell, float) else str(cell) for cell in parquet[column]
        ]
        numbers = pd.api.types.is_float_dtype(parquet[column]) and "distance" in str(column)
        assert [t.removesuffix(".0") if numbers else t for t in text] == table[column].tolist(), column
    streamed = run("splice", "toy", "--vcf", files["vcf"])
    assert streamed == outs["tsv"].read_text()
    one = run("splice", "toy", "--variant", "chr1-47-CC-C").splitlines()
    names, *rows = (line.split("\t") for line in one if not line.startswith("#"))
    wanted = table[table["id"] == "in_repeat"]
    for row, (_, expected) in zip(rows, wanted.iterrows(), strict=True):
        cells = dict(zip(names, row, strict=True))
        assert {k: v for k, v in cells.items() if k not in ("line", "id")} == {
            k: expected[k] for k in names if k not in ("line", "id")
        }


def test_the_page_s_table_gives_the_vcf_of_a_run(tmp_path: Path) -> None:
    source, table, vcf = tmp_path / "in.vcf", tmp_path / "out.tsv", tmp_path / "out.vcf"
    lines = ["chrT1\t2646\ta\tG\tT,C", "chrT1\t3665\tb\tGG\tG", "chrT1\t5\tc\tN\tG", "chrT9\t5\td\tA\tG"]
    head = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    source.write_text(head + "".join(f"{line}\t.\t.\t.\n" for line in lines))
    for out in (table, vcf):
        score_file("splice.sites", source, "teaching", out)
    assert to_vcf(source, table, model="splice.sites", genome="teaching") == vcf.read_text()
    found = with_largest(read_results(table), get_card("splice.sites"))
    np.testing.assert_array_equal(found["effect"][:2], -found["donor_loss"][:2])
    assert found["effect"][:2].lt(-0.9).all()
    assert found["effect"][3:].isna().all() or found["effect"].isna().sum() == 2


def test_usage_by_hand(files: dict[str, Path], toy: Callable[[NetModel], None], tmp_path: Path) -> None:
    toy(USAGE)
    out = tmp_path / "out.vcf"
    score_file("toy", files["vcf"], str(files["genome"]), out, splice=SpliceOptions(distance=20), genes=files["genes"])
    assert entries(out, "toy_usage")["lost"][0] == "C|G|0|-0.5|0|-1"
    with pysam.VariantFile(str(out)) as file:
        assert file.header.info["toy_usage"].description.endswith("Format: ALLELE|SYMBOL|GAIN|LOSS|DP_GAIN|DP_LOSS")


@pytest.mark.parametrize("ending", ["vcf.gz", "parquet"])
def test_a_run_that_was_stopped_goes_on(
    files: dict[str, Path],
    toy: Callable[[NetModel], None],
    tmp_path: Path,
    ending: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    toy(ALONG)
    monkeypatch.setattr("genoviz.effects.file_chunks.CHUNK", 4)
    long = tmp_path / "long.vcf"
    long.write_text(HEADER + "".join(f"{VARIANTS[i % len(VARIANTS)]}\n" for i in range(6)))
    whole, out = tmp_path / f"whole.{ending}", tmp_path / f"out.{ending}"
    options = {"splice": SpliceOptions(distance=5), "genes": files["genes"]}
    genome = str(files["genome"])
    totals = score_file("toy", long, genome, whole, **options)  # type: ignore[arg-type]

    def stop(pace: Pace) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        score_file("toy", long, genome, out, progress=stop, **options)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="splice masked"):
        score_file("toy", long, genome, out, splice=SpliceOptions(5, True), genes=files["genes"])
    said: list[str] = []
    assert score_file("toy", long, genome, out, say=said.append, **options) == totals  # type: ignore[arg-type]
    assert "after the 4 records of an earlier run" in " ".join(said)
    assert out.read_bytes() == whole.read_bytes()
    assert sorted(path.name for path in tmp_path.glob("out.*")) == [out.name]


# Variants of the genome's regions with a known effect: gene, score, and what `genoviz splice` gives for it.
EXAMPLES = {
    "chr17_BRCA1_region": ("chr17-43124118-T-C", "BRCA1", "acceptor_gain", 0.984),
    "chr17_TP53": ("chr17-7675052-C-T", "TP53", "donor_loss", 0.992),
}


@pytest.mark.data
@pytest.mark.skipif(
    not ((DATA / "genome_human_hg38_loci").is_dir() and is_ready(get_card("splice.openspliceai-mane-400nt"))),
    reason="needs the public data sets and the weights",
)
@pytest.mark.parametrize("region", EXAMPLES)
def test_real_variants_in_a_file(region: str, tmp_path: Path) -> None:
    variant, gene, score, value = EXAMPLES[region]
    path = DATA / "genome_human_hg38_loci" / region
    source, out = tmp_path / "in.txt", tmp_path / "out.tsv"
    source.write_text(f"{variant}\n")
    score_file(
        "splice.openspliceai-mane-400nt",
        source,
        f"{path}.fa.gz",
        out,
        assembly="GRCh38",
        genes=Path(f"{path}.gff3.gz"),
    )
    table = read_results(out).set_index("gene")
    assert table.loc[gene, score] == pytest.approx(value, abs=1e-3)
