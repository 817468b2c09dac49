"""The teaching genome: the committed files are what the script builds, and what the truth table says is so."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from genoviz.genes.models import GeneModels, open_genes
from genoviz.genes.places import find_place
from genoviz.genomes.genome import Genome
from genoviz.genomes.teaching import ASSEMBLY, PlantedElement, teaching_genome, truth
from genoviz.lessons.teaching_genome.background import ACCEPTOR, BACKGROUND, DONOR, Draw, matches
from genoviz.lessons.teaching_genome.plan import CHROMOSOMES, LENGTH
from genoviz.lessons.teaching_genome.write import write
from genoviz.motifs.sites import SITES
from genoviz.sequences.bases import IUPAC
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.variants.variant import Variant

pysam = pytest.importorskip("pysam")

FILES = teaching_genome()
TRUTH = truth()
SITE_KINDS = ("site", "donor", "acceptor")


def read_fasta() -> dict[str, str]:
    """A second reader of the FASTA: no index."""
    found: dict[str, str] = {}
    for record in FILES.fasta.read_text().split(">")[1:]:
        header, *lines = record.splitlines()
        found[header.split()[0]] = "".join(lines)
    return found


BASES = read_fasta()


def bases(element: PlantedElement) -> str:
    text = Sequence(BASES[element.chrom][element.start : element.end])
    return (text if element.strand == "+" else text.reverse_complement()).bases


def fits(text: str, pattern: str) -> bool:
    return len(text) == len(pattern) and all(b in IUPAC[p] and b != "N" for b, p in zip(text, pattern, strict=True))


def of(kind: str) -> list[PlantedElement]:
    return [e for e in TRUTH if e.kind == kind]


def records() -> list[tuple[Variant, str, dict[str, str]]]:
    found = []
    for line in FILES.variants.read_text().splitlines():
        if not line.startswith("#"):
            chrom, pos, name, ref, alt, _, _, info = line.split("\t")
            fields = dict(pair.partition("=")[::2] for pair in info.split(";"))
            found.append((Variant(chrom, int(pos), ref, alt, ASSEMBLY), name, fields))
    return found


RECORDS = records()


def test_the_files_are_what_the_script_builds(tmp_path: Path) -> None:
    """In a second process with another hash seed, too: nothing depends on the order of sets."""
    write(tmp_path / "here")
    subprocess.run(
        [sys.executable, "-m", "genoviz.lessons.teaching_genome", str(tmp_path / "there")],
        check=True,
        timeout=120,
        env={"PYTHONHASHSEED": "77", "PATH": ""},
        cwd=Path(__file__).parents[2],
    )
    committed = sorted(p.name for p in FILES.fasta.parent.iterdir())
    for folder in ("here", "there"):
        assert sorted(p.name for p in (tmp_path / folder).iterdir()) == committed
        for name in committed:
            assert (tmp_path / folder / name).read_bytes() == (FILES.fasta.parent / name).read_bytes(), name


def test_small_and_said_to_be_synthetic() -> None:
    paths = list(FILES.fasta.parent.iterdir())
    assert sum(p.stat().st_size for p in paths) < 500_000
    assert "SYNTHETIC" in FILES.title
    for path in paths:
        if path.suffix != ".fai":
            assert ASSEMBLY in path.name
            assert "SYNTHETIC" in "".join(path.read_text().splitlines(keepends=True)[:4]), path.name
    assert all("SYNTHETIC" in info for _, _, info in RECORDS)


def test_the_index_is_that_of_samtools(tmp_path: Path) -> None:
    copy = tmp_path / "a.fa"
    copy.write_bytes(FILES.fasta.read_bytes())
    pysam.faidx(str(copy))
    assert Path(f"{copy}.fai").read_bytes() == Path(f"{FILES.fasta}.fai").read_bytes()
    with Genome(FILES.fasta, ASSEMBLY) as genome:
        assert genome.chromosomes == dict.fromkeys(CHROMOSOMES, LENGTH)
        assert genome.bases("chrT2", 0, LENGTH) == BASES["chrT2"]


def test_the_background_is_a_table_of_chances() -> None:
    numbers = [int(word) for word in BACKGROUND.split()]
    assert len(numbers) == 256
    assert all(sum(numbers[i : i + 4]) == 1000 for i in range(0, 256, 4))
    # What is drawn has these chances: G is rare after C (CpG), A frequent after AAA.
    drawn = Draw(1).background(400_000)
    after = Counter(drawn[i + 3] for i in range(len(drawn) - 3) if drawn[i : i + 3] == "AAA")
    assert after["A"] / after.total() == pytest.approx(numbers[0] / 1000, abs=0.02)
    assert drawn.count("CG") / drawn.count("C") < 0.1


def test_random_numbers_are_those_that_python_promises() -> None:
    """`random.random` of a seed never changes; if it did, every recorded place would be wrong."""
    assert random.Random(6).random() == 0.793340083761663


def test_every_planted_element_is_there() -> None:
    assert Counter(e.kind for e in TRUTH)["site"] == 200
    assert len(of("gene")) == 20
    assert {e.strand for e in of("gene")} == {"+", "-"}
    assert len({e.name for e in TRUTH}) == len(TRUTH)
    consensus = {site.name.split(" / ")[0].replace(" ", "_"): site.consensus for site in SITES}
    for e in TRUTH:
        if e.pattern:
            assert fits(bases(e), e.pattern), e
        if e.kind == "site":
            assert e.pattern == consensus[e.name.rsplit(".", 1)[1]]
    assert {e.pattern for e in of("donor")} == {DONOR}
    assert {e.pattern for e in of("acceptor")} == {ACCEPTOR}


def test_no_site_by_accident() -> None:
    """The rule: every exact fit of a known site, donor or acceptor, on either strand, is in the table."""
    planted = {(e.chrom, e.start, e.end) for e in TRUTH if e.kind in SITE_KINDS}
    found = {(chrom, start, end) for chrom, text in BASES.items() for _, _, start, end in matches(text)}
    assert found == planted
    # By a slow second search, on one chromosome.
    text = BASES["chrT1"]
    for site in SITES[:8]:
        n = len(site.consensus)
        both = (site.consensus, Sequence(site.consensus).reverse_complement().bases)
        slow = {(i, i + n) for i in range(len(text) - n + 1) if any(fits(text[i : i + n], p) for p in both)}
        # CTCF's and others' places may not be others' sites, so they are compared by name.
        assert slow == {(e.start, e.end) for e in of("site") if e.chrom == "chrT1" and e.pattern == site.consensus}


def test_planted_elements_do_not_overlap() -> None:
    marks: Counter[tuple[str, int]] = Counter()
    for e in TRUTH:
        if e.kind in ("site", "near_site", "donor", "acceptor", "initiator", "kozak", "polya_signal", "gap"):
            marks.update((e.chrom, i) for i in range(e.start, e.end))
    assert max(marks.values()) == 1


def test_unknown_bases_are_the_recorded_gaps() -> None:
    gaps = {(e.chrom, i) for e in of("gap") for i in range(e.start, e.end)}
    assert len(gaps) == 2000
    assert {(chrom, i) for chrom, text in BASES.items() for i, b in enumerate(text) if b == "N"} == gaps


def test_near_sites_are_one_base_off() -> None:
    for e in of("near_site"):
        name = e.name.rsplit(".", 1)[1]
        site = next(s for s in SITES if s.name.split(" / ")[0].replace(" ", "_") == name)
        assert sum(b not in IUPAC[p] for b, p in zip(bases(e), site.consensus, strict=True)) == 1


@pytest.fixture
def genes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GeneModels:
    monkeypatch.setenv("GENOVIZ_CACHE", str(tmp_path))
    with Genome(FILES.fasta, ASSEMBLY) as genome:
        return open_genes(FILES.genes, assembly=ASSEMBLY, resolve=genome.resolve)


def test_genes_can_be_translated(genes: GeneModels) -> None:
    assert len(genes) == 20
    assert not genes.skipped
    exons: Counter[int] = Counter()
    with Genome(FILES.fasta, ASSEMBLY) as genome:
        for name in genes.names():
            transcript = genes.gene(name).primary
            text = "".join(genome.fetch(part).bases for part in transcript.coding)
            codons = [text[i : i + 3] for i in range(0, len(text), 3)]
            assert codons[0] == "ATG"
            assert [i for i, c in enumerate(codons) if c in ("TAA", "TAG", "TGA")] == [len(codons) - 1]
            assert len(codons[-1]) == 3
            exons[len(transcript.exons)] += 1
            for intron in transcript.introns:
                spliced = genome.fetch(intron).bases
                assert (spliced[:2], spliced[-2:]) == ("GT", "AG")
    assert set(exons) == {1, 2, 3, 4}


def test_gff_phases_keep_the_frame() -> None:
    """Read forward from each part's phase, the codons of every part alone hold no stop but the last."""
    done: Counter[str] = Counter()
    rows = [r.split("\t") for r in FILES.genes.read_text().splitlines() if "\tCDS\t" in r]
    for row in sorted(rows, key=lambda r: int(r[3]) if r[6] == "+" else -int(r[3])):
        name, length = row[8], int(row[4]) - int(row[3]) + 1
        assert (done[name] + int(row[7])) % 3 == 0
        done[name] += length
    assert len(done) == 20
    assert all(total % 3 == 0 for total in done.values())


def test_promoters_are_where_the_start_says(genes: GeneModels) -> None:
    for e in of("tss"):
        gene = genes.gene(e.parent)
        assert (gene.tss, gene.strand) == (e.start, e.strand)
    with Genome(FILES.fasta, ASSEMBLY) as genome:
        for e in of("site"):
            if e.name.endswith("TATA_box"):
                promoter = find_place(f"promoter of {e.parent}", assembly=ASSEMBLY, genes=genes, upstream=31)
                assert fits(genome.fetch(promoter.locus).bases[:8], "TATAWAAR")


def test_reference_alleles_and_left_alignment() -> None:
    def fetch(chrom: str, start: int, end: int) -> str:
        return BASES[chrom][start:end]

    kinds: Counter[str] = Counter()
    for variant, _, _ in RECORDS:
        assert fetch(variant.chrom, variant.pos - 1, variant.pos - 1 + len(variant.ref)) == variant.ref
        assert variant.left_align(fetch) == variant
        kinds[variant.kind] += 1
    assert set(kinds) == {"SNV", "MNV", "insertion", "deletion"}
    assert min(kinds.values()) >= 20
    places = [(v.chrom, v.pos) for v, _, _ in RECORDS]
    assert places == sorted(places)
    assert len(set(places)) == len(places)


def fits_of(text: str) -> Counter[str]:
    return Counter(name.split(" / ")[0].replace(" ", "_") for name, *_ in matches(text))


def test_variants_do_what_they_say() -> None:
    """Whole-chromosome counts before and after, unlike the script, which looks near the variant only."""
    before = {chrom: fits_of(text) for chrom, text in BASES.items()}
    names = {e.name: e for e in TRUTH}
    for variant, name, info in RECORDS[::6]:
        text = BASES[variant.chrom]
        after = fits_of(text[: variant.pos - 1] + variant.alt + text[variant.pos - 1 + len(variant.ref) :])
        lost, gained = before[variant.chrom] - after, after - before[variant.chrom]
        element = names[info["ELEMENT"]]
        if info["TRUTH"] == "neutral":
            assert (info["EFFECT"], lost, gained) == ("none", Counter(), Counter()), name
        else:
            changed, other = (gained, lost) if info["EFFECT"] == "site_gained" else (lost, gained)
            assert set(changed) == {info["SITE"]}, name
            assert not other, name
            assert element.start - 5 <= variant.pos <= element.end + 1
            kind = {"site_lost": "site", "site_gained": "near_site"}.get(info["EFFECT"], info["SITE"])
            assert element.kind == kind


def test_every_causal_variant_has_its_neutral_match() -> None:
    by_name = {name: (variant, info) for variant, name, info in RECORDS}
    assert len(by_name) == len(RECORDS)
    causal = [name for name, (_, info) in by_name.items() if info["TRUTH"] == "causal"]
    assert len(causal) >= 150
    for name in causal:
        variant, info = by_name[name]
        partner, other = by_name[info["PAIR"]]
        assert other["TRUTH"] == "neutral"
        assert other["PAIR"] == name
        assert (partner.chrom, partner.kind, partner.length_change) == (
            variant.chrom,
            variant.kind,
            variant.length_change,
        )
        assert abs(partner.pos - variant.pos) < 6000
        inside = [e for e in TRUTH if e.chrom == partner.chrom and e.start < partner.pos <= e.end]
        if info["SITE"] in ("donor", "acceptor"):
            gene = next(e for e in TRUTH if e.name == info["ELEMENT"]).parent
            assert {e.name for e in inside} == {gene}  # in an intron of the same gene
        else:
            assert not [e for e in inside if e.pattern or e.kind == "gene"]


def test_the_vcf_is_read_by_pysam() -> None:
    with pysam.VariantFile(str(FILES.variants)) as handle:
        assert list(handle.header.contigs) == list(CHROMOSOMES)
        found = [(r.chrom, r.pos, r.ref, r.alts[0], r.info["TRUTH"]) for r in handle]
    assert found == [(v.chrom, v.pos, v.ref, v.alt, info["TRUTH"]) for v, _, info in RECORDS]


def test_a_place_of_the_teaching_genome(genes: GeneModels) -> None:
    donor = next(e for e in of("donor") if e.parent == "TEACH03" and e.name.endswith("donor1"))
    place = find_place("donor of exon 1 of TEACH03", assembly=ASSEMBLY, genes=genes)
    start = donor.start + 3 if donor.strand == "+" else donor.end - 5
    assert place.locus == Locus(donor.chrom, start, start + 2, donor.strand, ASSEMBLY)
