"""Search and filters of the page Models: the models that are left, by the selection that `genoviz models` uses, too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from genoviz.models import atlas, deepbind_index
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import list_models
from genoviz.models.deepbind_index import Row
from genoviz.models.organisms import organisms_of
from genoviz.models.questions import by_question
from genoviz.models.selection import CONDITIONS, FREE, MOLECULES, select_models

LENGTHS = {200: "up to 200 bases", 1000: "up to 1,000 bases", 11000: "up to 11,000 bases"}
READY, FETCH = "ready", "fetch"
WEIGHTS = {READY: "ready to use", FETCH: "to fetch"}
LICENCES = {FREE: "free for any use", CONDITIONS: "with conditions"}
WIDTH = 152  # pixels of a filter: two beside each other on a phone, six on a laptop

QUERY = "models_query"
_FILTERS = {name: f"models_{name}" for name in ("question", "organism", "molecule", "length", "weights", "licence")}
KEYS = (QUERY, *_FILTERS.values())


@dataclass(frozen=True)
class Found:
    """What the search left.

    Attributes
    ----------
    cards
        Models of the list, in its order.
    deepbind
        Rows of the DeepBind collection.
    atlas
        Rows of the table of ENCODE's atlases, where there is one.
    asked
        Whether anything was searched for or filtered.
    """

    cards: tuple[ModelCard, ...]
    deepbind: tuple[Row, ...]
    atlas: tuple[atlas.Row, ...]
    asked: bool

    @property
    def sentence(self) -> str:
        """How many are left, in words."""
        total = len(_plain_list())
        return f"{len(self.cards)} of {total} models" if self.asked else f"{total} models"


def search() -> Found:
    """The search box with the filters under it, and what they leave."""
    query = st.text_input(
        "Search",
        key=QUERY,
        placeholder="LSTM, GABPA, hg38, yeast splicing, *CTCF* ...",
        help="All words must occur: in what a model predicts, its tracks, its kind and layers, its authors, the organism or "
        "the assembly (`hg38` finds GRCh38). With `*` or `?` a pattern of a name, title or track. `genoviz models` on the "
        "command line searches alike.",
    )
    cards = _plain_list()
    organisms = [name for name, _ in Counter(o for card in cards for o in organisms_of(card)).most_common()]
    with st.container(horizontal=True, gap="small"):
        question = _filter("question", "Question", [q.name for q, _ in by_question(cards)])
        organism = _filter("organism", "Organism", organisms)
        molecule = _filter("molecule", "Reads", list(MOLECULES))
        length = _filter("length", "Length", list(LENGTHS), LENGTHS.__getitem__)
        weights = _filter("weights", "Weights", list(WEIGHTS), WEIGHTS.__getitem__)
        licence = _filter("licence", "Licence", list(LICENCES), LICENCES.__getitem__)
    filters = {
        "task": question or "",
        "organism": organism or "",
        "molecule": molecule or "",
        "up_to": length or 0,
        "licence": licence or "",
        "ready": weights == READY,
        "to_fetch": weights == FETCH,
    }
    return _found(query.strip(), filters)


def _found(query: str, filters: dict[str, Any]) -> Found:
    asked = bool(query) or any(filters.values())
    if not asked:
        return Found(tuple(_plain_list()), tuple(deepbind_index.rows().values()), tuple(atlas.rows().values()), asked)
    chosen = select_models(query, **filters)
    listed = {card.name for card in _plain_list()}
    # A filter alone leaves DeepBind out of a selection where it does not concern it; here its panel is under every list.
    of_deepbind = chosen if query else select_models(f"{deepbind_index.ARCHITECTURE}.*", **filters)
    rows = deepbind_index.rows()
    identifiers = [card.name.removeprefix(f"{deepbind_index.ARCHITECTURE}.") for card in of_deepbind]
    names = {card.name for card in chosen}
    return Found(
        tuple(card for card in chosen if card.name in listed),
        tuple(rows[i] for i in identifiers if i in rows),
        tuple(row for row in atlas.rows().values() if row.name in names),
        asked,
    )


def clear() -> None:
    """Ask for nothing (button callback)."""
    st.session_state[QUERY] = ""
    for key in _FILTERS.values():
        st.session_state[key] = None


def _plain_list() -> list[ModelCard]:
    """The models of the list without those of DeepBind, which have a panel of their own."""
    return [card for card in list_models() if not card.name.startswith(f"{deepbind_index.ARCHITECTURE}.")]


def _filter(name: str, label: str, options: list[Any], words: Callable[[Any], str] = str) -> Any:
    return st.selectbox(
        label, options, index=None, key=_FILTERS[name], format_func=words, placeholder="any", width=WIDTH
    )
