"""The rules of biology, a row each. Another rule is another row; `docs/consequences.md` and the tests follow from the rows."""

from __future__ import annotations

from genoviz.consequences import bacterial, dinucleotides, motif_signals, splicing_signals, starts
from genoviz.consequences.findings import Rule
from genoviz.errors import UnknownName
from genoviz.models.card import ModelCard
from genoviz.models.factors import taxa_of, usual_taxa

_SPLICING = ("splicing", "splice sites", "splice sites by tissue", "splice-site strength")


def reads_leaders(card: ModelCard) -> bool:
    """Models of translation: they read what lies in front of a start codon."""
    return card.task == "translation"


def reads_splice_sites(card: ModelCard) -> bool:
    """Models of splicing."""
    return card.task in _SPLICING


def reads_sigma_70(card: ModelCard) -> bool:
    """Models of E. coli promoters that expect the transcription start at a certain base."""
    return card.tss is not None and "coli" in card.organism.lower()


def reads_factors(card: ModelCard) -> bool:
    """Models of DNA to which factors bind, of organisms that JASPAR has motifs of."""
    return card.task not in (*_SPLICING, "teaching") and bool(usual_taxa(card))


def reads_methylated_dna(card: ModelCard) -> bool:
    """Models of the DNA of vertebrates or plants."""
    named = bool(card.organism) and card.organism != "many"
    return named and reads_factors(card) and not {"vertebrates", "plants"}.isdisjoint(taxa_of(card))


_OF_LEADERS = "translation: what lies in front of a start codon"
_OF_SPLICING = "splicing"
_OF_SIGMA_70 = "promoters of E. coli that have the transcription start at a certain base"
_OF_FACTORS = "binding, promoters, enhancers, chromatin, language models; organisms that JASPAR has motifs of"

RULES: tuple[Rule, ...] = (
    Rule(
        "upstream-start",
        "make or lose an upstream start codon",
        {
            "made": "makes an upstream ATG, {frame}",
            "lost": "takes away an upstream ATG, {frame}",
            "moved_in": "moves the upstream ATG at base {at} into frame",
            "moved_out": "moves the upstream ATG at base {at} out of frame",
        },
        reads_leaders,
        _OF_LEADERS,
        "ATG wholly in front of the main start, in frame if a multiple of three bases before it. Its frame is read up to the "
        "first stop, or else into the gene.",
        "Calvo et al. 2009, PNAS 106:7507, doi:10.1073/pnas.0810916106; Whiffin et al. 2020, Nat Commun 11:2523, "
        "doi:10.1038/s41467-019-10717-9",
        starts.judge_starts,
        starts.upstream_starts,
        before_start=True,
    ),
    Rule(
        "upstream-stop",
        "make or lose the stop of an upstream reading frame",
        {
            "made": "makes a stop in the reading frame of the upstream ATG at base {start}",
            "lost": "takes away the stop of the upstream ATG at base {start}",
        },
        reads_leaders,
        _OF_LEADERS,
        "The first TAA, TAG or TGA in the frame of an upstream ATG that is there before and after.",
        "Whiffin et al. 2020, Nat Commun 11:2523, doi:10.1038/s41467-019-10717-9",
        starts.judge_stops,
        before_start=True,
    ),
    Rule(
        "kozak",
        "change how well a start codon is recognised (Kozak context)",
        {
            "stronger": "makes the Kozak context of the upstream ATG at base {at} {after} (was {before})",
            "weaker": "makes the Kozak context of the upstream ATG at base {at} {after} (was {before})",
            "main_stronger": "gives the main start a purine ({base}) at -3",
            "main_weaker": "takes the purine at -3 from the main start",
        },
        reads_leaders,
        _OF_LEADERS,
        "Strong: A or G three bases before the ATG and G right after it; moderate: one of them; weak: none. Of the main "
        "start only -3 is known.",
        "Kozak 1987, Nucleic Acids Res 15:8125, doi:10.1093/nar/15.20.8125",
        starts.judge_kozak,
        before_start=True,
    ),
    Rule(
        "splice-pair",
        "make or destroy the GT or AG of a splice site",
        {
            "made": "makes the {pair} of the {site} at {where}",
            "lost": "destroys the {pair} of the {site} at {where}",
        },
        reads_splice_sites,
        _OF_SPLICING,
        "The intron's first two bases at a donor, its last two at an acceptor, where the model expects the site or one is "
        "annotated or predicted.",
        "Burset et al. 2000, Nucleic Acids Res 28:4364, doi:10.1093/nar/28.21.4364",
        splicing_signals.judge_pair,
        splicing_signals.known_sites,
    ),
    Rule(
        "splice-strength",
        "make a splice site fit better or worse",
        {
            "stronger": "makes the {site} at {where} fit better ({change} bits)",
            "weaker": "makes the {site} at {where} fit worse ({change} bits)",
        },
        reads_splice_sites,
        _OF_SPLICING,
        "Position weights of 9 (donor) or 23 bases (acceptor), see `genoviz.consequences.splice_tables`; changes of at least "
        "1 bit.",
        "Shapiro and Senapathy 1987, Nucleic Acids Res 15:7155, doi:10.1093/nar/15.17.7155",
        splicing_signals.judge_strength,
    ),
    Rule(
        "cryptic-site",
        "make or lose a cryptic splice site",
        {
            "made": "makes a cryptic {site} at {where} that fits better than {share} % of true ones",
            "lost": "takes away a cryptic {site} at {where} that fits better than {share} % of true ones",
        },
        reads_splice_sites,
        _OF_SPLICING,
        "GT or AG at another place than the known sites whose weights come to those of the weakest quarter of true sites, or "
        "fall below; 4.5 % (donor) and 3 % (acceptor) of such pairs in random bases do.",
        "Shapiro and Senapathy 1987, Nucleic Acids Res 15:7155, doi:10.1093/nar/15.17.7155",
        splicing_signals.judge_cryptic,
    ),
    Rule(
        "minus-10",
        "change the -10 box",
        {
            "stronger": "brings the -10 box from {before} to {after} of the 6 letters of TATAAT",
            "weaker": "takes the -10 box from {before} to {after} of the 6 letters of TATAAT",
            "made": "makes a better -10 box at {where} ({after} of 6 letters)",
        },
        reads_sigma_70,
        _OF_SIGMA_70,
        "Of the pairs of boxes with 15 to 19 bases between them and 5 to 9 before the start the one with most letters of "
        "TTGACA and TATAAT, less half a letter for each base that the spacer is off 17; from 7 on.",
        "Hawley and McClure 1983, Nucleic Acids Res 11:2237, doi:10.1093/nar/11.8.2237",
        bacterial.judge_minus_10,
        bacterial.promoter_boxes,
    ),
    Rule(
        "minus-35",
        "change the -35 box",
        {
            "stronger": "brings the -35 box from {before} to {after} of the 6 letters of TTGACA",
            "weaker": "takes the -35 box from {before} to {after} of the 6 letters of TTGACA",
            "made": "makes a better -35 box at {where} ({after} of 6 letters)",
        },
        reads_sigma_70,
        _OF_SIGMA_70,
        "As the -10 box.",
        "Hawley and McClure 1983, Nucleic Acids Res 11:2237, doi:10.1093/nar/11.8.2237",
        bacterial.judge_minus_35,
    ),
    Rule(
        "spacer",
        "change the length of the spacer between -35 and -10",
        {
            "better": "changes the spacer between -35 and -10 from {before} to {after} bases, nearer to 17",
            "worse": "changes the spacer between -35 and -10 from {before} to {after} bases, away from 17",
        },
        reads_sigma_70,
        _OF_SIGMA_70,
        "Bases inserted or deleted between the two boxes; 92 % of promoters have 16 to 18.",
        "Harley and Reynolds 1987, Nucleic Acids Res 15:2343, doi:10.1093/nar/15.5.2343",
        bacterial.judge_spacer,
    ),
    Rule(
        "extended-10",
        "make or lose the TG of an extended -10 box",
        {
            "made": "makes the TG of an extended -10 box",
            "lost": "takes away the TG of the extended -10 box",
        },
        reads_sigma_70,
        _OF_SIGMA_70,
        "TG one base in front of the -10 box that is there before and after.",
        "Mitchell et al. 2003, Nucleic Acids Res 31:4689, doi:10.1093/nar/gkg694",
        bacterial.judge_extended,
    ),
    Rule(
        "motif",
        "make, lose or change a motif",
        {
            "made": "makes a motif ({motif})",
            "lost": "takes away a motif ({motif})",
            "stronger": "strengthens a motif ({motif}) by {bits} bits",
            "weaker": "weakens a motif ({motif}) by {bits} bits",
        },
        reads_factors,
        _OF_FACTORS,
        "Matches of JASPAR's motifs that change by at least 2 bits, one for each place and family: p at most 1e-4 for the "
        "family of the factor that the track is about, 1e-5 for all others, which are looked for on request.",
        "Wasserman and Sandelin 2004, Nat Rev Genet 5:276, doi:10.1038/nrg1315",
        motif_signals.judge_motifs,
    ),
    Rule(
        "cpg",
        "make or lose a CpG",
        {"made": "makes a CpG", "lost": "takes away a CpG"},
        reads_methylated_dna,
        "DNA of vertebrates and plants, which methylate CpG; not splicing or translation",
        "C before G.",
        "Bird 1980, Nucleic Acids Res 8:1499, doi:10.1093/nar/8.7.1499",
        dinucleotides.judge_cpg,
        common=True,
    ),
)


def get_rule(name: str) -> Rule:
    """A row of `RULES`; an unknown name raises `UnknownName` with near matches."""
    for rule in RULES:
        if rule.name == name:
            return rule
    raise UnknownName.among("rule", name, [rule.name for rule in RULES])


def rules_for(card: ModelCard) -> tuple[Rule, ...]:
    """The rules that are for a model."""
    return tuple(rule for rule in RULES if rule.fits(card))


def listing() -> str:
    """The rules as a table in Markdown, as in `docs/consequences.md`."""
    rows = ["| rule | what it says | for models of | how it is decided | source |", "| --- | --- | --- | --- | --- |"]
    for rule in RULES:
        said = "<br>".join(f"... {words}" for words in dict.fromkeys(rule.sentences.values()))
        rows.append(f"| `{rule.name}` | {said} | {rule.scope} | {rule.judged} | {rule.citation} |")
    return "\n".join(rows)
