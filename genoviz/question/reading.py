"""What was understood of a text: one reading, in a sentence, and where it goes on."""

from __future__ import annotations

from dataclasses import dataclass

from genoviz.errors import GenovizError

KINDS = {
    "sequence": "one sequence",
    "sequences": "several sequences",
    "GenBank": "a GenBank or EMBL entry, or its numbered lines",
    "locus": "a chromosome with positions",
    "place": "a place in words, such as a promoter or an exon",
    "gene": "a gene by its name",
    "variant": "a change of the genome that is spelled out",
    "variants": "several variants, a line each",
    "rsID": "a name of dbSNP",
    "HGVS g.": "a genomic HGVS name, or SPDI",
    "HGVS c.": "an HGVS name on a coding transcript",
    "HGVS n.": "an HGVS name on a transcript",
    "HGVS p.": "an HGVS name on a protein",
    "HGVS r.": "an HGVS name on an RNA",
    "session": "a session file of genoviz",
    "link": "a link to a view of genoviz",
    "receipt": "a receipt of a result of genoviz",
    "edit": "an edit of a sequence that is open",
    "nonsense": "nothing that is known here",
}
ACTIONS = {
    "sequence": "Explore",
    "sequences": "Explore",
    "GenBank": "Explore",
    "session": "Open",
    "link": "Open",
    "receipt": "Open",
}


@dataclass(frozen=True)
class Reading:
    """One meaning of a text.

    Attributes
    ----------
    kind
        A row of `KINDS`.
    sentence
        What it is, for people: `101 bases, GC 48 %, no ambiguous bases`.
    page
        The page that goes on with it: `sequence`, `variants`, `compare`, `language` or `autoencoder`; empty where nothing can.
    text
        What that page reads: bases, a place in words, a variant, or lines of variants.
    genome
        Name of the genome it lies in; empty for a sequence.
    notices
        Sentences about what was understood or changed on the way.
    error
        What is wrong, in three parts; None when all is well. A variant that does not fit its genome has one and goes on
        all the same: the page Variants offers what would fit.
    parameters
        Names and values of a link, session file or receipt.
    """

    kind: str
    sentence: str
    page: str = ""
    text: str = ""
    genome: str = ""
    notices: tuple[str, ...] = ()
    error: GenovizError | None = None
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def action(self) -> str:
        """What the button says that goes on: `Explore`, `Open`, `See what it does` or `See what would fit`."""
        if self.page == "variants" and self.error is not None:
            return "See what would fit"
        if self.page == "variants" and self.kind not in ACTIONS:
            return "See what they do" if self.kind == "variants" else "See what it does"
        return ACTIONS.get(self.kind, "Explore")


def refused(error: GenovizError, kind: str = "nonsense") -> Reading:
    """The reading of a text that can't be used."""
    return Reading(kind, error.read, error=error)
