"""Hostile inputs for every reader of text: what people could paste or upload, bent and broken.

`tests/test_hostile_inputs.py` tries some of each, `benchmarks/fuzz.py` as many as one likes. A reader may accept an input or
refuse it with an error of the project; anything else is a fault.
"""

from __future__ import annotations

import gzip
import io
import json
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from genoviz.errors import GenovizError
from genoviz.files.checksum import json_sha256
from genoviz.genomes.registry import open_genome
from genoviz.receipts.numbers import Numbers
from genoviz.receipts.receipt import Input, ModelUsed, Receipt
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence

ODD = (
    "\0", "\x01", "\x1b", "\x1d", "\x85", "\xa0", "\u2028", "\u2029", "\u200b", "\u202e", "\u3000", "\ufeff", "\ud800", "²", "٣", "１",
    "İ", "ı", "ﬁ", "①", "Ⅳ", "𝟏", "🧬", "é", "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "9" * 5000, "1e999", "-1", "nan",
    "inf", "00", "1_000", "+1", "0x10", "\t\t", "  ", ";;", ",,", "\r", "\r\n", "\n\n", "::", ">>", "[", "]", "{", "}", "(", ")",
    "*", ".", "/", "\\", "%00", "%n", "../../etc/passwd", "A" * 10_000, "N" * 300, "-", "--", "\v", "\f",
)  # fmt: skip
WORDS = (
    "chrT1", "chr17", "NC_000017.11", "hg38", "A", "C", "G", "T", "N", "GATTACA", ">", "-", ":", "del", "ins", "dup", "inv", "g.",
    "c.", "MOTIF", "ALPHABET", "nsites= ", "w= ", "alength=", "P0", "//", "##fileformat=VCFv4.2\n", "#CHROM",
    "##contig=<ID=1,length=248956422>", "gene", "exon", "CDS", "ID=", "Parent=", "\t", "\n", "100", "2646", ",", "<DEL>", "[4]",
    "@logit", "/mean", "GABPA", '"', ";", "rs1", "GENOVIZ_EFFECT=1", "TSS", "exon 1",
)  # fmt: skip
SIGNS = "019-+.,:;_ \t\n=|[]"
LONGEST = 60_000


def bent(draw: random.Random, seeds: tuple[str, ...]) -> str:
    """One of the seeds after up to eight changes."""
    text = draw.choice(seeds)
    for _ in range(draw.choice((0, 1, 1, 1, 2, 2, 3, 5, 8))):
        i = draw.randrange(len(text) + 1)
        j = min(len(text), i + draw.choice((1, 1, 2, 5, 20)))
        text = draw.choice(_CHANGES)(draw, text, i, j, seeds)[:LONGEST]
    return text


Change = Callable[[random.Random, str, int, int, tuple[str, ...]], str]
_CHANGES: tuple[Change, ...] = (
    lambda draw, s, i, j, seeds: s[:i] + s[j:],
    lambda draw, s, i, j, seeds: s[:i] + draw.choice(ODD) + s[i:],
    lambda draw, s, i, j, seeds: s[:i] + draw.choice(ODD) + s[j:],
    lambda draw, s, i, j, seeds: s[:i] + draw.choice(WORDS) + s[j:],
    lambda draw, s, i, j, seeds: s[:i] + s[i:j] * draw.choice((2, 3, 50)) + s[j:],
    lambda draw, s, i, j, seeds: s[:i] + chr(draw.choice((draw.randrange(32, 127), draw.randrange(0xD7FF)))) + s[j:],
    lambda draw, s, i, j, seeds: s[:i] + (other := draw.choice(seeds))[draw.randrange(len(other) + 1) :],
    lambda draw, s, i, j, seeds: s[:i] + draw.choice(SIGNS) + s[i:],
)


def encoded(text: str) -> bytes:
    """As bytes, half surrogates too."""
    return text.encode("utf-8", "surrogatepass")


@cache
def genome() -> Any:
    """The teaching genome."""
    return open_genome("teaching")


@cache
def library() -> Any:
    """The teaching genome with its genes, as the box looks in it."""
    from genoviz.genes.registered import open_genes_of
    from genoviz.genomes.registry import list_genomes
    from genoviz.question.library import Library

    entries = tuple(entry for entry in list_genomes() if entry.name == "teaching")
    genes = open_genes_of("teaching")
    return Library(entries, lambda entry: genome(), lambda entry: genes)


def sequences(text: str, folder: Path) -> None:
    from genoviz.sequences.sequence import read_sequences

    for form in (text, encoded(text)):
        for record in read_sequences(form):
            if record.sequence is not None:
                record.sequence.reverse_complement()


def locus(text: str, folder: Path) -> None:
    found = Locus.parse(text)
    assert Locus.parse(str(found), assembly=found.assembly) == found


def variant(text: str, folder: Path) -> None:
    from genoviz.variants.check import read_variant

    checked = read_variant(text, genome())
    if checked.mismatch is None:
        checked.usable()


def variants(text: str, folder: Path) -> None:
    from genoviz.variants.files import read_header, read_variants

    content = gzip.compress(encoded(text)) if len(text) % 5 == 0 else encoded(text)
    list(islice(read_variants(io.BytesIO(content), reference=genome()), 500))
    read_header(io.BytesIO(content))


def fasta(text: str, folder: Path) -> None:
    for old in folder.glob("g.fa*"):
        old.unlink()
    (folder / "g.fa").write_bytes(encoded(text))
    opened = open_genome(folder / "g.fa")
    try:
        for name, length in list(opened.chromosomes.items())[:2]:
            opened.fetch(Locus(name, 0, min(length, 50)))
    finally:
        opened.close()


def genes(text: str, folder: Path) -> None:
    from genoviz.genes.rows import rows_by_chromosome

    (folder / "a.gff").write_bytes(encoded(text))
    for _, rows in rows_by_chromosome(folder / "a.gff", Counter(), folder):
        list(rows)


def motifs(text: str, folder: Path) -> None:
    from genoviz.motifs.files import read_motifs

    read_motifs(text)


def regions(text: str, folder: Path) -> None:
    from genoviz.genomes.regions import looks_like_bed, region_windows

    looks_like_bed(text)
    region_windows(text, genome(), 101, most=9)


def edits(text: str, folder: Path) -> None:
    from genoviz.sequences.edit_text import from_text, parse_edit, to_text
    from genoviz.sequences.edits import EditHistory

    sequence = Sequence("ACGTTGCA" * 12)
    for read in (lambda: (parse_edit(text, sequence),), lambda: from_text(text)):
        try:
            to_text(EditHistory.replay(sequence, read()).done)
        except GenovizError:
            continue


def target(text: str, folder: Path) -> None:
    from genoviz.models.catalogue import get_card
    from genoviz.models.target import Target

    Target.parse(text, get_card("bpnet.yeast"))


def window(text: str, folder: Path) -> None:
    from genoviz.mutagenesis.saturation import parse_window

    parse_window(text)


def link(text: str, folder: Path) -> None:
    from genoviz.ui.frame.state import read_link, write_link

    view, _ = read_link(dict(part.partition("=")[::2] for part in text.split("&")))
    write_link(view)


def session(text: str, folder: Path) -> None:
    from genoviz.ui.frame.state import read_session, write_session

    read = read_session(encoded(text))
    if read is not None:
        write_session(read[0])


def question(text: str, folder: Path) -> None:
    from genoviz.question.understand import understand

    understand(text, library())
    understand(encoded(text), library())


def junctions(text: str, folder: Path) -> None:
    from genoviz.isoforms.junctions import read_junctions

    read_junctions(encoded(text), Locus("chrT1", 0, 5000))


def viewer(text: str, folder: Path) -> None:
    from genoviz.sequences.edits import EditHistory
    from genoviz.viewer.events import handle, take

    try:
        message = json.loads(text)
    except ValueError:  # the browser's side of the connection sends JSON only
        return
    history = EditHistory(Sequence("ACGT" * 5))
    for event in take({}, message):
        history = handle(history, event)


def receipt(text: str, folder: Path) -> None:
    with suppress(ValueError, RecursionError):  # whoever changes a receipt can seal it anew
        record = json.loads(text)
        if isinstance(record, dict):
            said = {key: value for key, value in record.items() if key != "sha256"}
            text = json.dumps(said | {"sha256": json_sha256(said)})
    Receipt.read(encoded(text)).json()


VARIANTS = (
    "chrT1-2646-G-T", "chrT1:2646G>T", "2646 G T", "NC_000017.11:g.7676154G>C", "chrT1:g.2646_2650del", "chrT1:g.5dup", "rs334",
    "NC_000001.11:100:A:T", "chrT1 2646 . G T", "ENST00000357654.9:c.100A>G", "chrT1-5-A-<DEL>",
)  # fmt: skip
VCF = (
    "##fileformat=VCFv4.2\n##contig=<ID=chrT1,length=12000>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    "chrT1\t2646\tv\tG\tT,A\t.\tPASS\t.\nchrT1\t2384\t.\tATAT\tA\t9\t.\tX=1\n"
)
GFF = (
    "##gff-version 3\nchrT1\tx\tgene\t1\t100\t.\t+\t.\tID=g1;Name=A\nchrT1\tx\tmRNA\t1\t100\t.\t+\t.\tID=t1;Parent=g1\n"
    "chrT1\tx\texon\t1\t100\t.\t+\t.\tParent=t1\n",
    'chrT1\tx\tgene\t1\t9\t.\t-\t.\tgene_id "g";\nchrT1\tx\texon\t1\t9\t.\t-\t.\tgene_id "g"; transcript_id "t";\n',
    "chrT1\t0\t100\tt1\t0\t+\t5\t90\t0\t2\t10,20\t0,80\n",
)  # fmt: skip
FASTA = (
    ">s1 a name\nACGTACGTAC\nACGT\n>s2\nGGGTTTAAA\n", "ACGTNNRYACGT", "LOCUS X 12 bp\nORIGIN\n 1 acgtacgtac gt\n//\n",
    "ID X; SV 1;\nSQ Sequence 4 BP;\n acgt 4\n//\n", "a\tACGT\nb\tGGTT\n",
)  # fmt: skip
MOTIFS = (
    "MEME version 4\n\nALPHABET= ACGT\n\nMOTIF MA1 X\nletter-probability matrix: alength= 4 w= 2 nsites= 20 E= 0\n"
    "0.25 0.25 0.25 0.25\n1 0 0 0\n",
    ">MA1 X\nA [ 4 19 0 ]\nC [ 1 2 3 ]\nG [ 0 0 1 ]\nT [ 9 9 9 ]\n",
    "AC M1\nXX\nID X\nXX\nP0 A C G T\n01 1 2 3 4 N\n02 0 0 9 1 G\nXX\n//\n",
)  # fmt: skip
PLACES = ("chrT1:2,600-2,700", "TATA1", "GENE1", "SYN1 exon 2", "SYN1 -100..+50", "chr17:43,124,094-43,124,096(-)")
LINKS = (
    "v=1&model=tfbind.encode10&track=REST&seq=ACGTACGT&edits=34T.d10-12.i61ACG&first=3&window=61-160&mutate=40-60",
    "v=1&example=ets", "genome=teaching&place=chrT1:1-100&variant=chrT1-2646-G-T&strand=-",
)  # fmt: skip
SESSIONS = (
    json.dumps({"genoviz_session": "1", "model": "tfbind.encode10", "sequence": "ACGT" * 30, "edits": "34T", "first": "2"}),
    '{"genoviz_session": 1, "first": [1], "model": {"a": 1}}',
)  # fmt: skip
EVENTS = json.dumps(
    {
        "client": "a",
        "events": [
            {"nonce": 1, "kind": "substitute", "start": 1, "end": 2, "bases": "A"},
            {"nonce": 2, "kind": "insert", "start": 3, "end": 3, "bases": "AC"},
            {"nonce": 3, "kind": "undo"},
        ],
    }
)
RECEIPT = Receipt(
    "attribution",
    "One block.",
    (Input.of(Sequence("ACGTACGT", "s", Locus("chrT1", 10, 18, "-", "synthetic-1"))),),
    (ModelUsed("toy.sum", "", "activity@logit"),),
    {"method": "ig", "baseline": "zeros", "references": 1, "seed": 0, "options": {}, "steps": 50},
    {"value": Numbers.of(1.5, "units"), "scores": Numbers.of([[0.5, float("nan")], [1.0, 0.0]], "units")},
    {"genoviz": "0.1.0"},
).json()
EDITS = ("A57G", "57A>G", "del 60-62", "ins 61 ACG", "sub 60-62 ACG", "34T.d10-12.i61ACG.s5-6AC")
TARGETS = ("Reb1", "rate", "rate:Reb1", "rate:Reb1[10-20]/sum@value")
JUNCTIONS = ("chrT1\t100\t200\t1\t1\t0\t5\t0\t30\n", "chrT1\t90\t210\tj\t7\t+\t90\t210\t0\t2\t10,10\t0,110\n")

Reader = Callable[[str, Path], None]
READERS: dict[str, tuple[Reader, tuple[str, ...]]] = {
    "sequences": (sequences, FASTA),
    "locus": (locus, PLACES),
    "variant": (variant, VARIANTS),
    "variants": (variants, (VCF, "\n".join(VARIANTS), "chrom,pos,ref,alt\nchrT1,2646,G,T\n", "variant\tid\nchrT1-2646-G-T\trs1\n")),
    "fasta": (fasta, FASTA),
    "genes": (genes, GFF),
    "motifs": (motifs, MOTIFS),
    "regions": (regions, ("chrT1\t100\t200\tp1\t0\t+\t1\t1\t1\t50\nchrT1\t500\t700\n", "track name=x\nchrT1 1 2\n")),
    "edits": (edits, EDITS),
    "target": (target, TARGETS),
    "window": (window, ("40-60", "60")),
    "link": (link, LINKS),
    "session": (session, SESSIONS),
    "question": (question, (*PLACES, *VARIANTS, *FASTA, VCF, *GFF)),
    "junctions": (junctions, JUNCTIONS),
    "viewer": (viewer, (EVENTS,)),
    "receipt": (receipt, (RECEIPT,)),
}  # fmt: skip


def fault(name: str, text: str, folder: Path) -> Exception | None:
    """What a reader raised that is no error of the project; None where it behaved."""
    try:
        READERS[name][0](text, folder)
    except GenovizError:
        return None
    except Exception as error:
        return error
    return None
