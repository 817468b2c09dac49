"""Models by what they answer and what they are: words or a pattern, task, organism, input, licence, and whether they can be
used now. The page Models and `genoviz models` both ask here.

The 927 models of DeepBind, and those of a table of ENCODE's atlases, are in a selection as soon as something is asked for; a
plain list leaves them out
(`genoviz.models.catalogue.list_models`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Sequence as Seq
from fnmatch import fnmatchcase

from genoviz.errors import BadInput, UnknownName
from genoviz.models import atlas, deepbind_index
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import list_models
from genoviz.models.fetch import is_free
from genoviz.models.organisms import all_names, organisms_of
from genoviz.models.questions import question_of
from genoviz.models.uses import by_fitness
from genoviz.models.weights import at_hand, is_ready
from genoviz.sequences.assemblies import assembly_name, find_assembly

WILD = "*?"
MOLECULES = ("DNA", "RNA")
FREE, CONDITIONS = "free", "conditions"  # of `licence`
# What people call networks with such layers.
_CALLED = {
    "attention": "transformer",
    "LSTM": "recurrent RNN",
    "GRU": "recurrent RNN",
    "convolution": "CNN convolutional",
    "dilated convolution": "CNN convolutional",
    "dense": "neural network",
}


def matching(cards: Seq[ModelCard], query: str) -> list[ModelCard]:
    """Cards in which every word of the query occurs, in any case of letters.

    Looked at are name, title, summary, tracks, task and its question, family, layers (`LSTM`, `transformer`), authors and
    year, organism by all its names, assembly by all its names (`hg38` finds GRCh38), molecule and input.
    """
    words = query.split()
    texts = [_text(card) for card in cards]
    return [card for card, text in zip(cards, texts, strict=True) if all(_occurs(word, text) for word in words)]


def _text(card: ModelCard) -> str:
    origin = card.origin
    question = question_of(card)
    parts = [
        *(card.name, card.title, card.summary, card.family, card.task, question.name, question.words),
        *(word for layer in card.layers for word in (layer, _CALLED.get(layer, ""))),
        *((origin.name, origin.authors, str(origin.year or "")) if origin else ()),
        *all_names(card),
        *(assembly_name(build.strip()) for build in card.assembly.split(",")),
        *(card.molecule, card.input),
        *_tracks(card),
    ]
    return " ".join(parts).lower()


def _occurs(word: str, text: str) -> bool:
    build = find_assembly(word)
    return word.lower() in text or (build is not None and build.name.lower() in text)


def select_models(
    pattern: str = "",
    *,
    task: str = "",
    family: str = "",
    organism: str = "",
    molecule: str = "",
    up_to: int = 0,
    licence: str = "",
    ready: bool = False,
    to_fetch: bool = False,
    use: str = "",
) -> list[ModelCard]:
    """Cards of the models that fit everything asked for; without a question those of `list_models`.

    Parameters
    ----------
    pattern
        With `*` or `?`: the name, the title or a track as a whole (`*CTCF*`, `deepbind.*`). Without: words that all occur, see
        `matching`; of DeepBind also in species, domains, experiment and cells.
    task, family, organism
        Text that occurs there, or a pattern of the whole; in any case of letters. Of a task also the name of its question
        (`genoviz.models.questions.QUESTIONS`), of an organism any of its names.
    molecule
        What the bases stand for: `DNA` or `RNA`.
    up_to
        Bases that the model reads at most; 0: any number.
    licence
        `free` for weights that anyone may use for anything, with at most a notice; `conditions` for all others; else text
        that occurs in the licence.
    ready
        Only models that can be used now: bundled, or with their weights on this computer.
    to_fetch
        Only published models whose weights are not on this computer.
    use
        A row of `genoviz.models.uses.USES`: models whose card says that they are not for it are left out, and those that
        are good for it come first.

    Raises
    ------
    UnknownName
        With near matches, if no model at all has such a task, family, organism or molecule, or there is no such use.
    BadInput
        If `up_to` is negative.

    Examples
    --------
    >>> from genoviz.models.selection import select_models
    >>> [card.name for card in select_models("LSTM", molecule="RNA") if card.bundled]
    ['rbp.clip8']
    """
    if up_to < 0:
        raise BadInput(f"At most {up_to} bases were asked for.", "A number from 1 on; 0 is any length.", "Raise it.")
    cards = list_models()
    if any((pattern, task, family, organism, molecule, up_to, licence)):
        here = {card.name for card in cards}
        cards += [card for name in deepbind_index.names() if name not in here and (card := deepbind_index.get(name))]
        cards += atlas.cards().values()
    for kind, wanted in (("task", task), ("family", family), ("organism", organism), ("molecule", molecule)):
        if wanted:
            found = [card for card in cards if any(_fits(text, wanted) for text in _SAID[kind](card))]
            if not found:
                raise UnknownName.among(kind, wanted, sorted({_SAID[kind](c)[0] for c in list_models()} - {""}))
            cards = found
    if pattern:
        cards = _by_pattern(cards, pattern)
    if up_to:
        cards = [card for card in cards if card.length <= up_to]
    if licence:
        cards = [card for card in cards if _licensed(card, licence)]
    if ready or to_fetch:
        files = at_hand()
        here = {card.name for card in cards if is_ready(card, files)}
        cards = [card for card in cards if (card.name in here or not ready) and not (card.name in here and to_fetch)]
    if use:
        cards = [card for card in by_fitness(cards, use) if use not in card.not_for]
    return cards


def _by_pattern(cards: list[ModelCard], pattern: str) -> list[ModelCard]:
    if set(pattern) & set(WILD):
        return [card for card in cards if any(_fits(text, pattern) for text in (card.name, card.title, *_tracks(card)))]
    of_deepbind = {row.name: place for place, row in enumerate(deepbind_index.search(pattern))}
    of_atlas = {row.name for row in atlas.search(pattern)}  # what its table says of quality, too
    kept = {card.name for card in matching(cards, pattern)} | set(of_deepbind) | of_atlas
    # A protein of that name before those that are only its relatives, as on the page.
    return sorted((card for card in cards if card.name in kept), key=lambda card: of_deepbind.get(card.name, -1))


def _organism(card: ModelCard) -> tuple[str, ...]:
    """What a card says of its organism; of DeepBind also the species in Latin."""
    row = deepbind_index.rows().get(card.name.removeprefix(f"{deepbind_index.ARCHITECTURE}."))
    return (*organisms_of(card), *all_names(card), *((row.species,) if row is not None else ()))


_SAID: Mapping[str, Callable[[ModelCard], tuple[str, ...]]] = {
    "task": lambda card: (card.task, question_of(card).name),
    "family": lambda card: (card.family,),
    "organism": _organism,
    "molecule": lambda card: (card.molecule,),
}


def _licensed(card: ModelCard, licence: str) -> bool:
    if licence in (FREE, CONDITIONS):
        return is_free(card) is (licence == FREE)
    return licence.lower() in card.licence.lower()


def _tracks(card: ModelCard) -> tuple[str, ...]:
    return tuple(track for output in card.outputs for track in output.tracks)


def _fits(text: str, wanted: str) -> bool:
    """Whether the text is as a pattern says, or holds what has no wildcard."""
    text, wanted = text.lower(), wanted.lower()
    return fnmatchcase(text, wanted.replace("[", "[[]")) if set(wanted) & set(WILD) else wanted in text
