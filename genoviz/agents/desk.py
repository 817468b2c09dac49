"""What the tools share while the server runs: open sequences, loaded models, tables that can be read."""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from uuid import uuid4

from genoviz.agents.opened import Opened
from genoviz.errors import BadInput, UnknownName
from genoviz.models.catalogue import get_card
from genoviz.report.view_links import APP, view_link

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genoviz.models.base import Model
    from genoviz.models.card import ModelCard
    from genoviz.models.target import Target
    from genoviz.receipts.receipt import Receipt

RECEIPTS = "genoviz://receipts/"
TABLES = 50  # tables that are kept, the last ones, and as many receipts
MODELS = 4  # models that stay in memory
MOST_FILE = 50_000_000  # bytes of a file of sequences or variants


class Desk:
    """Open sequences and what was made of them; any thread may ask.

    Parameters
    ----------
    app
        Address of the app, for links.
    """

    def __init__(self, app: str = APP) -> None:
        self.app = app
        self._opened: dict[str, Opened] = {}
        self._tables: OrderedDict[str, str | Path] = OrderedDict()
        self._receipts: OrderedDict[str, Receipt] = OrderedDict()
        self._lock = Lock()

    def keep(self, opened: Opened) -> str:
        """Keep a sequence; its handle."""
        with self._lock:
            self._opened[opened.handle] = opened
        return opened.handle

    def opened(self, handle: str) -> Opened:
        """What a handle stands for; `BadInput` where this server has not opened it."""
        with self._lock:
            found = self._opened.get(handle.strip())
        if found is None:
            raise BadInput(
                f"The handle `{handle[:60]}` is not open.",
                "A handle is what open_sequence, open_place, open_example or edit gave since this server was started.",
                "Open the sequence again.",
            )
        return found

    def keep_table(self, table: str | Path) -> str:
        """Keep the text of a table, or its file; the address of a resource that has it."""
        name = uuid4().hex[:12]
        with self._lock:
            self._tables[name] = table
            while len(self._tables) > TABLES:
                self._tables.popitem(last=False)
        return f"genoviz://tables/{name}"

    def table(self, name: str) -> str:
        """The text of a table; `UnknownName` for one that is not kept."""
        with self._lock:
            found = self._tables.get(name)
        if found is None:
            raise UnknownName(
                f"There is no table `{name[:40]}`.",
                f"The last {TABLES} tables of this server are kept.",
                "Call the tool again.",
            )
        return found.read_text(encoding="utf-8") if isinstance(found, Path) else found

    def keep_receipt(self, receipt: Receipt) -> str:
        """Keep a receipt; the address of a resource that has it."""
        name = receipt.sha256[:12]
        with self._lock:
            self._receipts[name] = receipt
            while len(self._receipts) > TABLES:
                self._receipts.popitem(last=False)
        return f"{RECEIPTS}{name}"

    def receipt(self, name: str) -> Receipt:
        """A receipt that is kept; `UnknownName` for another."""
        with self._lock:
            found = self._receipts.get(name)
        if found is None:
            raise UnknownName(
                f"There is no receipt `{name[:40]}`.",
                f"The last {TABLES} receipts of this server are kept.",
                "Call the tool again, or give the file of a receipt.",
            )
        return found

    def link(self, card: ModelCard, target: Target, given: Mapping[str, str], *, page: str = "") -> str:
        """The address at which the app shows a result; empty where a link can't hold it."""
        return view_link(card, target, given, page=page, app=self.app)

    def link_of(
        self, opened: Opened, card: ModelCard, target: Target, given: Mapping[str, str], *, page: str = ""
    ) -> str:
        """The same for an open sequence; empty also where its bases are to stay out of the conversation."""
        return "" if opened.hidden else self.link(card, target, opened.parameters | dict(given), page=page)


def card_of(name: str, opened: Opened | None = None) -> ModelCard:
    """The card of a model that was named, else that of an example that is open; it must say numbers."""
    chosen = name.strip() or (opened.model if opened else "")
    if not chosen:
        raise BadInput("No model was named.", "A name of list_models.", "Name the model.")
    card = get_card(chosen)
    if not card.outputs:
        raise BadInput(f"`{card.name}` has no outputs.", "Models with numbers.", "Choose another of list_models.")
    return card


def target_of(text: str, card: ModelCard, opened: Opened | None = None) -> Target:
    """The number that was asked for; else the example's track on its own model, else the first track."""
    from genoviz.models.target import Target

    if text.strip():
        return Target.parse(text, card)
    if opened is not None and opened.track and opened.model == card.name:
        return Target.parse(opened.track, card)
    return Target.default(card)


@lru_cache(maxsize=MODELS)
def model_of(name: str) -> Model:
    """A loaded model; `MissingWeights` says how to get weights that are not here, nothing is downloaded."""
    from genoviz.models.load import load_model

    return load_model(name)


def bytes_of(path: str) -> bytes:
    """The content of a file on this computer."""
    file = Path(path).expanduser()
    try:
        if file.stat().st_size > MOST_FILE:
            raise BadInput(
                f"`{path[:200]}` is too large.", f"Up to {MOST_FILE:,} bytes are read.", "Use the command line."
            )
        return file.read_bytes()
    except OSError as error:
        raise BadInput(
            f"`{path[:200]}` can't be read ({error.strerror}).", "A file on this computer.", "Check the path."
        ) from error
