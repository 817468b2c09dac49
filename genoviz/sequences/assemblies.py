"""Assemblies: one table of genome builds and of the names that go by them.

`GRCh38.p14`, `hg38`, `hs38DH` and `GCF_000001405.40` are one build: a patch adds scaffolds and leaves every position on a
chromosome as it is. `NCBI36`, `hg19` and `T2T-CHM13v2.0` are others. Positions are never carried from one to another, so
wherever two names meet (a genome's and those of a file, a spelling, a link, an accession) they are compared here.

Names and accessions are those of the assembly pages of NCBI, of the releases of the UCSC Genome Browser
(https://genome.ucsc.edu/FAQ/FAQreleases.html), and of the reference files of Ensembl, the 1000 Genomes Project and GATK.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Assembly:
    """A genome build: one set of chromosomes, with their positions.

    Attributes
    ----------
    name
        What messages call it.
    organism
        Whose genome it is, in common words.
    names
        All names that mean it, in small letters with `_` for each run of separators; accessions are not among them.
    accessions
        RefSeq (`GCF_`) and GenBank (`GCA_`) accessions with their versions, written likewise.
    """

    name: str
    organism: str
    names: tuple[str, ...]
    accessions: tuple[str, ...] = ()


# One line a build: name, further names; accessions, where `13-25` are the versions from one to the other.
# Where a name has digits behind a dot that tell builds apart (`ARS-UCD1.2`), they are written out.
_TABLE = """
human
NCBI34 hg16
NCBI35 hg17 b35
NCBI36 hg18 b36 build36 GCF_000001405.12
GRCh37 hg19 b37 ncbi37 build37 hs37 hs37d5 b37d5 g1k_v37 human_g1k_v37 humang1kv37 1kg_v37 grch37d5 grch37decoy
  homo_sapiens_assembly19 GCF_000001405.13-25 GCA_000001405.1-14
GRCh38 hg38 b38 ncbi38 build38 hs38 hs38a hs38d1 hs38dh hs38s hg38a hg38dh grch38decoy grch38d1 homo_sapiens_assembly38
  GCF_000001405.26-40 GCA_000001405.15-29
T2T-CHM13v1.0 chm13v1.0 chm13_v1.0 t2t_chm13_v1.0 GCA_009914755.2
T2T-CHM13v1.1 chm13v1.1 chm13_v1.1 t2t_chm13_v1.1 GCA_009914755.3
T2T-CHM13v2.0 t2t_chm13v2 t2t_chm13_v2.0 t2t_chm13_v2 t2t_chm13 t2t chm13v2.0 chm13v2 chm13_v2.0 chm13_v2 chm13 hs1
  GCF_009914755.1 GCA_009914755.4

mouse
NCBIM37 mm9 mgscv37 ncbi_m37 GCF_000001635.18 GCA_000001635.1
GRCm38 mm10 GCF_000001635.20-26 GCA_000001635.2-8
GRCm39 mm39 GCF_000001635.27 GCA_000001635.9

rat
Rnor_5.0 rn5 GCF_000001895.4 GCA_000001895.3
Rnor_6.0 rn6 GCF_000001895.5 GCA_000001895.4
mRatBN7.2 rn7 mratbn7 GCF_015227675.2 GCA_015227675.2
GRCr8 rn8 GCF_036323735.1

chimpanzee
Pan_tro_3.0 pantro5 GCF_000001515.7 GCA_000001515.5
Clint_PTRv2 pantro6 GCF_002880755.1 GCA_002880755.3

rhesus macaque
Mmul_8.0.1 rhemac8 GCF_000772875.2 GCA_000772875.3
Mmul_10 rhemac10 GCF_003339765.1 GCA_003339765.3

pig
Sscrofa10.2 susscr3
Sscrofa11.1 susscr11 GCF_000003025.6 GCA_000003025.6

cow
UMD3.1 umd_3.1 bostau6 bostau8
ARS-UCD1.2 bostau9 GCF_002263795.1 GCA_002263795.2
ARS-UCD1.3 GCF_002263795.2 GCA_002263795.3
ARS-UCD2.0 GCF_002263795.3

sheep
Oar_v3.1 oviari3
Oar_v4.0 oviari4
ARS-UI_Ramb_v2.0
ARS-UI_Ramb_v3.0

dog
CanFam3.1 canfam3 GCF_000002285.3 GCA_000002285.2
UU_Cfam_GSD_1.0 canfam4 GCF_011100685.1 GCA_011100685.1
UMICH_Zoey_3.1 canfam5
Dog10K_Boxer_Tasha canfam6 GCF_000002285.5 GCA_000002285.4
ROS_Cfam_1.0 GCF_014441545.1

cat
Felis_catus_9.0 felcat9 GCF_000181335.3 GCA_000181335.4

horse
EquCab2.0 equcab2
EquCab3.0 equcab3 GCF_002863925.1 GCA_002863925.1

rabbit
OryCun2.0 orycun2

chicken
Gallus_gallus-4.0 galgal4
Gallus_gallus-5.0 galgal5
GRCg6a galgal6
GRCg7b bgalgal1.mat.broiler.grcg7b GCF_016699485.2 GCA_016699485.1

frog
Xenopus_tropicalis_v9.1 xentro9
UCB_Xtro_10.0 xentro10 GCF_000004195.4 GCA_000004195.4

zebrafish
Zv9 danrer7
GRCz10 danrer10 GCF_000002035.5 GCA_000002035.3
GRCz11 danrer11 GCF_000002035.6 GCA_000002035.4

fruit fly
BDGP5 dm3 bdgp_r5 bdgp_release_5 release_5
BDGP6 dm6 bdgp_r6 bdgp_release_6 release_6 release_6_plus_iso1_mt GCF_000001215.4 GCA_000001215.4

worm
WS190 ce6
WS220 ce10 wbcel215
WBcel235 ce11 GCF_000002985.6 GCA_000002985.3

baker's yeast
R61 saccer2
R64 saccer3 r64_1_1 r64_2_1 r64_3_1 r64_4_1 r64_5_1 s288c_r64 saccharomyces_cerevisiae_r64 GCF_000146045.2 GCA_000146045.2

fission yeast
ASM294v2 GCF_000002945.1 GCA_000002945.2

Arabidopsis
TAIR10 tair9 arabidopsis_thaliana_tair10 aratha1 araport11 GCF_000001735.3-4 GCA_000001735.1-2

rice
IRGSP-1.0 os_nipponbare_reference_irgsp_1.0 msu7 rgap7 GCF_001433935.1 GCA_001433935.1

maize
B73_RefGen_v4 agpv4 zm_b73_reference_gramene_4.0
Zm-B73-REFERENCE-NAM-5.0 b73_nam_5.0 GCF_902167145.1 GCA_902167145.1

E. coli
ASM584v1 u00096.2 nc_000913.2 eschcoli_k12 GCF_000005845.1 GCA_000005845.1
ASM584v2 u00096.3 nc_000913.3 GCF_000005845.2 GCA_000005845.2
"""

# What may stand around the name of a build without making it another one: patches, decoys and masks, species,
# the words of reference files, and of the titles of the UCSC browser (`Dec. 2013 (GRCh38/hg38)`).
_BESIDE = re.compile(
    r"p[0-9]{1,2}|patch[0-9]{0,2}|[0-9]{1,3}|20[0-9]{2}|d1|vd1|v0|dh|y|"
    "full|analysis|set|plus|no|noalt|nohla|nodecoy|alt|alts|decoy|decoys|hla|ebv|phix|lite|only|main|standard|canonical|mt|plusmt|"
    "rcrs|par|primary|assembly|dna|toplevel|nonchromosomal|chromosome|chromosomes|sm|rm|masked|softmasked|hardmasked|"
    "maskedy|masky|genome|genomic|reference|ref|build|release|version|ncbi|ucsc|ensembl|gencode|refseq|genbank|grc|gatk|"
    "broad|1000g|1000genomes|homo|sapiens|human|mus|musculus|mouse|rattus|norvegicus|danio|rerio|drosophila|"
    "melanogaster|caenorhabditis|elegans|saccharomyces|cerevisiae|arabidopsis|thaliana|gallus|fa|fasta|fna|gz|bgz|2bit|"
    "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
)
_SEPARATORS = re.compile(r"[\s_\-+:;,/\\|()\[\]'\"]+")
_NUMBERED = re.compile(r"(?:ncbi_|build_)*(3[4-9])(?:\.[0-9]{1,2})?")
# Where words run together (`hg19pos`, `posGRCh38`) only these are looked for: shorter names are parts of other words.
_RUN_TOGETHER = re.compile(r"hg(?:1[6-9]|38)|grch3[78]|grcm3[89]|ncbi36|chm13")


def _folded(name: str) -> str:
    return _SEPARATORS.sub("_", name.strip().lower()).strip("_.")


def _versions(accession: str) -> Iterator[str]:
    """`gcf_000001405.13-25` written out."""
    stem, _, versions = accession.lower().partition(".")
    first, _, last = versions.partition("-")
    return (f"{stem}.{version}" for version in range(int(first), int(last or first) + 1))


def _read_table() -> Iterator[Assembly]:
    for block in _TABLE.strip().split("\n\n"):
        organism, *lines = block.replace("\n  ", " ").splitlines()
        for line in lines:
            name, *words = line.split()
            accessions = [w for word in words if word[:3] in ("GCF", "GCA") for w in _versions(word)]
            names = [_folded(name), *(word for word in words if word[:3] not in ("GCF", "GCA"))]
            yield Assembly(name, organism, tuple(names), tuple(accessions))


ASSEMBLIES: tuple[Assembly, ...] = tuple(_read_table())
_BY_NAME = {name: one for one in ASSEMBLIES for name in (*one.names, *one.accessions)}
# The longest name first; a name is a whole word. Patch numbers of UCSC stand without a separator: `hg38Patch11`.
_ALTERNATIVES = "|".join(re.escape(name) for name in sorted(_BY_NAME, key=len, reverse=True))
_ANY_NAME = re.compile(rf"(?<![a-z0-9])(?:{_ALTERNATIVES})(?=patch[0-9]|[^a-z0-9]|$)")

# For texts that name a build beside a chromosome. The accession of a sequence is the chromosome there.
_SPELT = [name for name in sorted(_BY_NAME, key=len, reverse=True) if not re.fullmatch(r"(?:nc_|u)[0-9]+\.[0-9]", name)]
ASSEMBLY_PATTERN = (  # without regard to capitals
    rf"(?:{'|'.join(re.escape(name).replace('_', '[_ -]') for name in _SPELT)})"
    r"(?:[._-]?p(?:atch)?[0-9]{1,2})?(?:\.plusMT)?"
)


@lru_cache(maxsize=1024)
def find_assembly(name: str) -> Assembly | None:
    """The build that a name means; None for a name that is not in the table, or that says more than the name of one.

    Patches, decoys, masks and the names of reference files are no other build: `GRCh38_full_analysis_set_plus_decoy_hla`
    is GRCh38. `hg38_mm10` is none of the two, and `hg38_personal` is not known to be hg38.
    """
    text = _folded(name)
    if not _ANY_NAME.search(text):
        text = re.sub("(?<=[a-z])_(?=[0-9])", "", text)  # `GRCh 38`
    found = {_BY_NAME[known].name: _BY_NAME[known] for known in _ANY_NAME.findall(text)}
    rest = re.split(r"[_.]+", _ANY_NAME.sub("_", text))
    if len(found) == 1 and all(not word or _BESIDE.fullmatch(word) for word in rest):
        return next(iter(found.values()))
    return None


def assembly_in(text: str) -> Assembly | None:
    """The one build that a text names, whatever stands around it: a path, a column, a line of a header.

    None where it names none, or several.
    """
    return parted_assembly(text)[0]


def parted_assembly(text: str) -> tuple[Assembly | None, str]:
    """The build that a text names, as `assembly_in` gives it, and the text without the names of builds."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", text)  # `posHg19` holds two words
    for pattern, plain in ((_ANY_NAME, _folded(text)), (_ANY_NAME, _folded(parted)), (_RUN_TOGETHER, text.lower())):
        found = {_BY_NAME[name].name: _BY_NAME[name] for name in pattern.findall(plain)}
        if found:
            return (next(iter(found.values())) if len(found) == 1 else None), pattern.sub("_", plain)
    return None, text


def assembly_name(name: str) -> str:
    """The name of the table for a build, such as `GRCh38` for `hg38`; any other name as it is."""
    found = find_assembly(name)
    return found.name if found else name


def same_assembly(one: str, other: str) -> bool:
    """Whether two names may mean one build: an empty name fits any, and a bare number (`38`) any build of that number."""
    if not one.strip() or not other.strip():
        return True
    first, second = _key(one), _key(other)
    return first == second or _number_fits(one, second) or _number_fits(other, first)


def _key(name: str) -> str:
    found, number = find_assembly(name), _NUMBERED.fullmatch(_folded(name))
    return number[1] if number else _folded(found.name if found else name)


def _number_fits(name: str, key: str) -> bool:
    """Whether a name is no more than the number of a build, as in the column NCBI_Build, and `key` is of that number."""
    number = _NUMBERED.fullmatch(_folded(name))
    return number is not None and key in {f"{stem}{number[1]}" for stem in ("grch", "grcm", "ncbi", "ncbim")}


def is_numbered(name: str) -> bool:
    """Whether a name is no more than the number of a build: `38`, `build 37.3`."""
    return _NUMBERED.fullmatch(_folded(name)) is not None


def versions_of_one_name(one: str, other: str) -> bool:
    """Whether two names differ in their numbers only, as `ASM10v1` and `ASM10v2` do: versions, and not one build."""
    first, second = _key(one), _key(other)
    return first != second and re.sub("[0-9]+", "0", first) == re.sub("[0-9]+", "0", second)
