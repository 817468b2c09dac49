"""Which models can speak about a variant: by where it lies, and by whose genome it is. No torch.

A reason to ask models is a row of `GROUNDS`: the questions that they answer, and where these make sense. A model is listed
under the first row that asks for it, so that the most telling models come first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from genoviz.genes.where import Whereabouts, bases_away
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import list_models
from genoviz.models.organisms import MANY, SYNTHETIC, organisms_of
from genoviz.models.questions import question_of
from genoviz.models.uses import by_fitness, unfit
from genoviz.models.weights import at_hand, is_ready
from genoviz.sequences.assemblies import assembly_in

NEAR_SITE = 50  # bases from a splice site within which most variants that change splicing lie
SITE_TASKS = ("splice sites", "splice sites by tissue")  # models of splicing that scan bases for sites
# Genomes whose factors bind the same motifs and whose splice sites look alike.
_ALIKE = ("human", "rhesus macaque", "mouse", "rat")
_NAMED = 3  # models in a sentence


@dataclass(frozen=True)
class Ground:
    """A reason to ask models.

    Attributes
    ----------
    name
        Short.
    questions
        Names of rows of `genoviz.models.questions.QUESTIONS`.
    holds
        Why it holds at a place, in words; empty where it does not.
    """

    name: str
    questions: tuple[str, ...]
    holds: Callable[[Whereabouts], str]


@dataclass(frozen=True)
class Speaker:
    """A model that can speak about a place.

    Attributes
    ----------
    card
        Of the model.
    ground
        Name of the row of `GROUNDS`.
    why
        Its reason here, in words.
    ready
        Whether its weights are on this computer.
    """

    card: ModelCard
    ground: str
    why: str
    ready: bool


@dataclass(frozen=True)
class Relevance:
    """The models for a place.

    Attributes
    ----------
    where
        The place.
    organism
        Whose genome it is; empty where that is not known.
    speakers
        The most telling first.
    left_out
        Models that are not asked, and why.
    """

    where: Whereabouts
    organism: str
    speakers: tuple[Speaker, ...]
    left_out: tuple[tuple[ModelCard, str], ...]

    @property
    def best(self) -> Speaker | None:
        """The first whose weights are here and whose card does not advise against variants; None without one."""
        ready = [one for one in self.speakers if one.ready]
        return next((one for one in ready if "variants" not in one.card.not_for), None)

    def has(self, card: ModelCard) -> bool:
        """Whether a model can speak here."""
        return any(one.card.name == card.name for one in self.speakers)

    def why_not(self, card: ModelCard) -> str:
        """Why a model is not asked; empty where it is, or is not known."""
        return next((why for one, why in self.left_out if one.name == card.name), "")

    @property
    def reason(self) -> str:
        """Which kind of model speaks first and why, and how many are left out."""
        ready = [one for one in self.speakers if one.ready]
        if not ready:
            return "No model on this computer can speak about this place."
        more = sum(one.ground != ready[0].ground for one in ready)
        said = f"{ready[0].ground}, because {ready[0].why}."
        said += f" {more} other {'model' if more == 1 else 'models'} can speak about this place." if more else ""
        foreign = sum(why.startswith("made for") for _, why in self.left_out)
        said += f" {foreign} of other organisms {'is' if foreign == 1 else 'are'} left out." if foreign else ""
        return said

    @property
    def sentence(self) -> str:
        """`reason`, with the models that speak first."""
        ready = [one for one in self.speakers if one.ready]
        first = [one for one in ready if one.ground == ready[0].ground]
        named = "; ".join(one.card.title for one in first[:_NAMED])
        named += f" and {len(first) - _NAMED} more" if len(first) > _NAMED else ""
        return f"{self.reason} First: {named}." if named else self.reason


def _near_site(where: Whereabouts) -> str:
    if where.to_site is None or where.to_site > NEAR_SITE:
        return ""
    return (
        f"it lies {bases_away(where.to_site)} from the {where.site}" if where.to_site else f"it spans the {where.site}"
    )


def _near_start(where: Whereabouts) -> str:
    if where.to_start is None:
        return ""
    return (
        f"it lies {bases_away(abs(where.to_start))} from {where.start_name}" if where.to_start else "a gene starts here"
    )


def _leader(where: Whereabouts) -> str:
    return f"it lies in the 5' UTR of {where.transcript.gene}" if where.leader and where.transcript else ""


def _in_gene(where: Whereabouts) -> str:
    return f"it lies in {where.transcript.gene}" if where.transcript is not None else ""


def _spliced(where: Whereabouts) -> str:
    return _in_gene(where) if where.to_site is not None else ""


def _perhaps_in_gene(where: Whereabouts) -> str:
    return "" if where.annotated else "there may be a gene, whose strand is to be chosen"


def _anywhere(_: Whereabouts) -> str:
    return "they read any DNA"


_REGULATION = ("Binding to DNA", "Enhancers", "Chromatin and expression", "Others")
GROUNDS: tuple[Ground, ...] = (
    Ground("Splicing first", ("Splicing",), _near_site),
    Ground("Promoters and binding", ("Promoters", *_REGULATION), _near_start),
    Ground("Translation", ("Translation",), _leader),
    Ground("Splicing", ("Splicing",), _spliced),
    Ground("Regulation", _REGULATION, _anywhere),
    Ground("Binding to RNA", ("Binding to RNA",), _in_gene),
    Ground("Transcripts", ("Splicing", "Binding to RNA"), _perhaps_in_gene),
    Ground("Evolution", ("Language and evolution",), _anywhere),
)


def relevant_models(
    where: Whereabouts,
    assembly: str = "",
    cards: Iterable[ModelCard] | None = None,
    *,
    ready: Collection[str] | None = None,
    synthetic: bool = False,
) -> Relevance:
    """The models that can speak about a place, the most telling first.

    Parameters
    ----------
    where
        The place among the genes.
    assembly
        Build of the genome, which says whose it is; models of all organisms are asked where it does not.
    cards
        The models; all in the catalogue if None.
    ready
        Names of those whose weights are here; looked up if None.
    synthetic
        Whether no organism has the genome. Its genes and sites are made like those of human.

    Examples
    --------
    >>> from genoviz.genes.where import Whereabouts, bases_away
    >>> from genoviz.sequences.locus import Locus
    >>> found = relevant_models(Whereabouts(Locus("chr1", 99, 100)), "GRCh38")
    >>> any("coli" in one.card.organism for one in found.speakers)
    False
    """
    listed = list_models() if cards is None else list(cards)
    if ready is None:
        files = at_hand()
        ready = {card.name for card in listed if is_ready(card, files)}
    organism = organism_of_build(assembly, synthetic=synthetic)
    speakers, left_out = [], []
    for card in by_fitness(listed, "variants"):
        why = _why_not(card, organism)
        row = None if why else _ground_of(card, where)
        if row is None:
            left_out.append((card, why or f"nothing here that it answers ({question_of(card).name.lower()})"))
        else:
            speakers.append(Speaker(card, row.name, row.holds(where), card.name in ready))
    speakers.sort(key=_order)
    return Relevance(where, organism, tuple(speakers), tuple(left_out))


def organism_of_build(assembly: str, *, synthetic: bool = False) -> str:
    """Whose genome a build is, in common words; that of human for a synthetic one, empty where it is not known."""
    found = assembly_in(assembly)
    return found.organism if found is not None else "human" if synthetic else ""


def scans_sites(card: ModelCard) -> bool:
    """Whether a model says where splice sites are: of each base, or of the middle of what it reads."""
    tracks = [track.lower() for output in card.outputs for track in output.tracks]
    both = all(any(track.endswith(site) for track in tracks) for site in ("acceptor", "donor"))
    return card.task in SITE_TASKS or both


def _why_not(card: ModelCard, organism: str) -> str:
    """Why a model is not asked about a genome at all."""
    question = question_of(card).name
    if question == "Teaching" or not card.trained:
        return "made for teaching"
    if question == "Splicing" and not scans_sites(card):
        return "reads a known splice site, and is shown beside it"
    if card.task == "promoter reconstruction":
        return "makes sequences, and scores none"
    known = organisms_of(card)
    if not organism or MANY in known or (SYNTHETIC in known and question == "Others"):
        return ""
    wanted = _ALIKE if organism in _ALIKE else (organism,)
    return "" if set(known) & set(wanted) else f"made for {' and '.join(known)}"


def _ground_of(card: ModelCard, where: Whereabouts) -> Ground | None:
    """The first row that asks for a model here."""
    question = question_of(card).name
    found = (row for row in GROUNDS if question in row.questions and row.holds(where))
    return next(found, None)


def _order(one: Speaker) -> tuple[bool, int, int, bool, int]:
    """Whether the card advises against it; row; splice models that score every base first, and of these the one that reads
    most; of others those of the row's first question first, in the order given, and behind them those made for teaching."""
    card, row = one.card, next(i for i, ground in enumerate(GROUNDS) if ground.name == one.ground)
    question, unsuited = question_of(card).name, bool(unfit(card, "variants"))
    for_teaching = set(card.good_for) == {"teach"}
    if question == "Splicing":
        place = SITE_TASKS.index(card.task) if card.task in SITE_TASKS else len(SITE_TASKS)
        return unsuited, row, place, for_teaching, -card.length
    return unsuited, row, GROUNDS[row].questions.index(question), for_teaching, 0
