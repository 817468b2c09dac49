"""Examples from real genomes: short pieces with their coordinates, in `real_examples.fa` beside this file.

Cut from GRCh38 (hg38), sacCer3, mm10 and E. coli K-12 MG1655 (GenBank U00096.2), which are public; where a gene lies on the
minus strand, so does its piece. Where a model errs the note says so.
"""

from __future__ import annotations

from pathlib import Path

from genoviz.lessons.example import Example, Site
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence


def _pieces() -> dict[str, tuple[str, Locus | None]]:
    """Letters and place of each record: its header is a key, an assembly and a locus, or a key alone."""
    found = {}
    for record in Path(__file__).with_name("real_examples.fa").read_text(encoding="ascii").split(">")[1:]:
        header, *lines = record.splitlines()
        key, *place = header.split()
        found[key] = "".join(lines), Locus.parse(place[1], assembly=place[0]) if place else None
    return found


_PIECES = _pieces()


def _sequence(piece: str, name: str) -> Sequence:
    bases, locus = _PIECES[piece]
    return Sequence(bases, name, locus)


def _sites(piece: str, **words: str) -> tuple[Site, ...]:
    """Sites by their letters; an underscore in a name is a space."""
    bases = _PIECES[piece][0]
    return tuple(
        Site(name.replace("_", " "), bases.index(word), bases.index(word) + len(word)) for name, word in words.items()
    )


REAL = (
    Example(
        "tert",
        "TERT promoter and C228T",
        "One base makes an ETS site in the promoter of telomerase.",
        "Base 41 is the C of C228T (chr5:1,295,113). As T it reads TTCCGG, an ETS site on the other strand. The model says "
        "GABPA 0.870 without the change and 0.961 with it. In cells the change raised this promoter 7-fold (log2 2.86, Kircher 2019).",
        _sequence("tert", "TERT promoter"),
        "tfbind.encode10",
        "GABPA",
        _sites("tert", C228T="CCCTCCGGG", ETS_core_in_reverse="CTTCCTTT"),
        "41T",
        "Make the change C228T",
    ),
    Example(
        "ldlr",
        "LDLR promoter",
        "An Sp1 site beside the element that senses sterols.",
        "The model says SP1 0.773, and its strongest block is CTCCTCCCCC, the Sp1 site of repeat 3. C59T "
        "(chr19:11,089,409) takes it to 0.570; in cells it cost this promoter 86 % (log2 -2.87, Kircher 2019). The sterol element "
        "ATCACCCCAC before it says nothing to this model: SREBP is not among its ten factors.",
        _sequence("ldlr", "LDLR promoter"),
        "tfbind.encode10",
        "SP1",
        _sites("ldlr", Sp1="CTCCTCCCCC", sterol_element="ATCACCCCAC"),
        "59T",
        "Break the Sp1 site: C59T",
    ),
    Example(
        "hbb",
        "HBB promoter, -28 and -29",
        "The TATA box of beta-globin, and what the model misses.",
        "The model says TATA promoter 0.999, and its strongest block is the box CATAAAA. The change at -29 (A221G) takes it to 0.995, "
        "in logits from 7.3 to 5.2, but the change at -28 (A222G) only to 7.0. Both cost this promoter about a fifth of its activity in "
        "cells (log2 -0.38 and -0.34, Kircher 2019). Its card says so: single changes are not what it is good at.",
        _sequence("hbb", "HBB promoter"),
        "promoter.human-tata300",
        "TATA",
        _sites("hbb", TATA_box="CATAAAA", CCAAT_box="CCAAT"),
        "221G",
        "Make the change at -29: A221G",
        "171-260",
    ),
    Example(
        "brca1",
        "Splice donor of BRCA1",
        "The GT after exon 4, and what its first base does.",
        "The end of exon 4 (exon 5 in older papers) of BRCA1 and the start of its intron: AAAAG|GTATAT, with the GT at bases "
        "201-202. The model says donor 0.984. Without the G (G201A, c.212+1G>A) it says 0.021.",
        _sequence("brca1", "BRCA1, donor of exon 4"),
        "splice.sites",
        "human donor",
        _sites("brca1", donor="AAGGTATAT"),
        "201A",
        "Make the change c.212+1G>A",
        "171-230",
    ),
    Example(
        "uatg",
        "Two upstream ATGs",
        "A 5'UTR whose own start codons cost it ribosomes.",
        "The last 50 bases before the start codon of USH2A. The ATGs at bases 16 and 35 are out of frame with it, "
        "so ribosomes that start there miss the protein. The model says 3.86 ribosomes, less than for nine of ten held-out "
        "sequences; without both ATGs (T17C and T36C) it says 7.09. So little G and C was hardly among what it learned "
        "from, which the page says: the direction is safer than the size.",
        _sequence("uatg", "USH2A 5'UTR"),
        "utr5.mrl",
        "ribosome load",
        _sites("uatg", first_upstream_ATG="ATGCTTTATC", second_upstream_ATG="ATGCTTTTTT"),
        "17C.36C",
        "Take both ATGs away",
    ),
    Example(
        "myc",
        "Pumilio on the MYC message",
        "Two PUM2 sites in the 3' end of MYC.",
        "The 3'UTR of MYC with TGTAAATA twice, at bases 12 and 31: Pumilio binds UGUANAUA. The model says "
        "PUM2 0.982. With the second site broken (G32C) it says 0.885, because the first one is still there.",
        _sequence("myc", "MYC 3'UTR"),
        "rbp.clip8",
        "PUM2",
        (Site("Pumilio site", 11, 19), Site("Pumilio site", 30, 38)),
        "32C",
        "Break the second site: G32C",
    ),
    Example(
        "reb1",
        "Reb1 on a yeast promoter",
        "The site that opens the promoter of PFY1.",
        "The promoter of PFY1 (profilin) with the Reb1 site TTACCCGC at bases 369-376, on a chromosome that the model never saw. "
        "It says 0.358 Reb1 summits, more than for most windows where Reb1 sits. C374A, one base of the site, takes it to 0.024.",
        _sequence("reb1", "PFY1 promoter"),
        "bpnet.yeast",
        "Reb1",
        _sites("reb1", Reb1="TTACCCGC"),
        "374A",
        "Break the site: C374A",
        "331-420",
    ),
    Example(
        "yeast",
        "A yeast promoter at work",
        "80 bases of the RPL11A promoter drive a reporter.",
        "Bases 18-97 are a piece of the RPL11A promoter (sacCer3 chrXVI:731,944-732,023, minus strand) between the ends of the "
        "plasmid in which such pieces were measured. It has a Reb1 site in reverse (CGGGTAAT) and an E-box (CACGTG). The model says 1.35 standard "
        "deviations above the mean, more than for 99 of 100 held-out inserts; with G48A in the Reb1 site 0.902.",
        _sequence("yeast", "RPL11A promoter in a reporter"),
        "promoter.yeast",
        "random",
        _sites("yeast", Reb1="CGGGTAAT", E_box="CACGTG", GC_rich="CAGCGCGC"),
        "48A",
        "Weaken the Reb1 site: G48A",
    ),
    Example(
        "serw",
        "A strong promoter of E. coli",
        "The gene of a transfer RNA, serW, with both boxes.",
        "TTGACC (-35), 17 bases, TATAGT (-10), and a start rich in G and C, as genes of stable RNAs have it. Measured activity 101, "
        "the third highest of 2,226 promoters that the model never saw. It says active 0.722, and T112C in the -10 box takes it to "
        "0.641. Changes in the -35 box hardly move it: it reads that box less than the cell does.",
        _sequence("serw", "serW promoter"),
        "promoter.ecoli",
        "active",
        _sites("serw", **{"-35": "TTGACC", "-10": "TATAGT", "start": "AGCGCCCC"}),
        "112C",
        "Weaken the -10 box: T112C",
        "71-130",
    ),
    Example(
        "crx",
        "Enhancer of photoreceptors",
        "A mouse enhancer that the model ranks among the first.",
        "A strong enhancer of the mouse retina on a chromosome that the model never saw: measured log2 3.79, and the model says "
        "3.10, more than for 99 of 100 held-out sequences. Its strongest block is around CAGCTG, the E-box. It counts words wherever "
        "they stand, and what changes in single sites do it knows little of (see its card).",
        _sequence("crx", "Photoreceptor enhancer"),
        "enhancer.crx",
        "activity",
        _sites("crx", E_box="CAGCTG"),
    ),
    Example(
        "scan",
        "The same promoter, read by a motif",
        "What a plain motif scan makes of the LDLR promoter.",
        "A scan with the motif of SP1 says 9.84 bits, and only the ten bases of the site count; C59T takes it to "
        "5.82. The network on the same bases also weighs what lies around the site. Compare the two pictures.",
        _sequence("ldlr", "LDLR promoter"),
        "pwm.encode10",
        "SP1",
        _sites("ldlr", Sp1="CTCCTCCCCC"),
        "59T",
        "Break the Sp1 site: C59T",
    ),
    Example(
        "words",
        "The same promoter, read as words",
        "Counting words of five bases finds serW, too.",
        "This model counts words and does not know where they stand. It says active 0.644 for serW; with T112C in the -10 box "
        "0.563. That it does so well says how much of a promoter is mere composition.",
        _sequence("serw", "serW promoter"),
        "kmer.ecoli",
        "active",
        _sites("serw", **{"-35": "TTGACC", "-10": "TATAGT"}),
        "112C",
        "Weaken the -10 box: T112C",
    ),
    Example(
        "lm",
        "What a language model expects",
        "A model that was never told about factors knows a site.",
        "200 bases of the PFY1 promoter, on a chromosome that the model never saw. Which base does it expect at each place? The Reb1 "
        "site (bases 101-107) stands out: it expects TTACCCG, because this word is common in front of genes. It is sure in tracts "
        "of T, too. The transformer trained on the same genomes knows the tracts only. The log-likelihood is -256.",
        _sequence("lm", "PFY1 promoter"),
        "convlm.yeast-ecoli",
        "log-likelihood",
        _sites("lm", Reb1="TTACCCG", T_tract="TTTTTTTT"),
    ),
    Example(
        "typical",
        "How typical is a promoter?",
        "An autoencoder squeezes serW into 32 numbers and writes it again.",
        "From 32 numbers the autoencoder writes a promoter again. For serW the log-likelihood of what was there is -182, better "
        "than for three of four promoters. This is how well it can be rewritten: what is typical, not what is active.",
        _sequence("serw", "serW promoter"),
        "vae.ecoli-promoters",
        "log-likelihood",
        _sites("serw", **{"-35": "TTGACC", "-10": "TATAGT"}),
    ),
)
