"""One session of the app without a browser: Streamlit's own protocol over a websocket, with the messages a page would send.

It keeps what a browser keeps: the elements that are shown, the values of the widgets, the address. A run of the page is over
when the server says so. Parts of a page that draw themselves anew every half a second do so here, too: they are a load of
their own.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.typing import Subprotocol

WIDGETS = (
    "button",
    "button_group",
    "text_input",
    "text_area",
    "selectbox",
    "checkbox",
    "number_input",
    "slider",
    "multiselect",
    "radio",
    "bidi_component",
)
VALUES = {
    "selectbox": "string_value",
    "text_input": "string_value",
    "text_area": "string_value",
    "checkbox": "bool_value",
}
EARLY = ForwardMsg.ScriptFinishedStatus.Value("FINISHED_EARLY_FOR_RERUN")
PART = ForwardMsg.ScriptFinishedStatus.Value("FINISHED_FRAGMENT_RUN_SUCCESSFULLY")


class BrowserSession:
    """A tab that is open on the app.

    Parameters
    ----------
    host
        `localhost:8501`.
    path
        Path below which the app is served, such as `/genoviz`.
    timeout
        Seconds after which a run counts as failed.

    Attributes
    ----------
    exceptions
        Type and message of every exception that a page showed.
    """

    def __init__(self, host: str, *, path: str = "", timeout: float = 300.0) -> None:
        self.host, self.path, self.timeout = host, path, timeout
        self.exceptions: list[tuple[str, str]] = []
        self._socket: Any = None
        self._messages: dict[str, ForwardMsg] = {}
        self._state: dict[str, tuple[str, Any]] = {}
        self._filled: dict[str, tuple[str, Any]] = {}
        self._tree: dict[tuple[int, ...], tuple[Any, str]] = {}
        self._pages: dict[str, str] = {}
        self._page = self._query = ""
        self._repeated: dict[str, float] = {}  # parts that draw themselves anew, and how often
        self._seen: set[tuple[int, ...]] = set()  # elements of the run that goes on
        self._part = ""  # the part that it draws anew
        self._turn = asyncio.Lock()
        self._repeating: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect, and draw the first page."""
        address = f"ws://{self.host}{self.path}/_stcore/stream"
        self._socket = await websockets.connect(
            address, subprotocols=[Subprotocol("streamlit")], max_size=None, ping_interval=None, open_timeout=60
        )
        await self.run()
        self._repeating = asyncio.create_task(self._repeat())

    async def close(self) -> None:
        """Close the tab."""
        if self._repeating is not None:
            self._repeating.cancel()
        await self._socket.close()

    async def run(self, *, page: str | None = None, click: str = "", fragment: str = "") -> float:
        """Run the page, another page, or one part of it; seconds until the server says that it has finished."""
        began = time.perf_counter()
        async with self._turn:
            await self._ask(page, click, fragment, form=bool(click))
        return time.perf_counter() - began

    async def _ask(
        self,
        page: str | None = None,
        click: str = "",
        fragment: str = "",
        *,
        repeated: bool = False,
        form: bool = False,
    ) -> None:
        if form:  # until then a browser keeps them to itself
            self._state |= self._filled
            self._filled = {}
        message = self._message(page, click, fragment)
        message.rerun_script.is_auto_rerun = repeated
        await self._socket.send(message.SerializeToString())
        await asyncio.wait_for(self._finish(), self.timeout)

    def _message(self, page: str | None, click: str, fragment: str) -> Any:
        message = BackMsg()
        rerun = message.rerun_script
        if page is not None:
            self._tree, self._page = {}, self._pages.get(page, "")
            rerun.page_name = "" if self._page else page
        self._part = fragment
        rerun.query_string, rerun.page_script_hash, rerun.fragment_id = self._query, self._page, fragment
        context = rerun.context_info
        context.timezone, context.locale, context.url = "UTC", "en", f"http://{self.host}{self.path}/"
        for name, (field, value) in self._state.items():
            widget = rerun.widget_states.widgets.add()
            widget.id = name
            if field == "string_array_value":
                widget.string_array_value.data.extend(value)
            else:
                setattr(widget, field, value)
        if click:
            widget = rerun.widget_states.widgets.add()
            widget.id, widget.trigger_value = click, True
        return message

    async def _repeat(self) -> None:
        """Draw parts anew that ask for it, for as long as the page shows them."""
        while True:
            await asyncio.sleep(min(self._repeated.values(), default=0.5))
            for fragment in list(self._repeated):
                async with self._turn:
                    if fragment in self._repeated:  # a part that is gone gets no answer
                        await self._ask(fragment=fragment, repeated=True)

    async def set(self, key: str, value: Any, *, label: str = "") -> float:
        """Give a widget a value; seconds as of `run`."""
        began = time.perf_counter()
        async with self._turn:
            name = self.fill(key, value, label=label)
            await self._ask(fragment=self._fragment(name), form=True)
        return time.perf_counter() - began

    def fill(self, key: str, value: Any, *, label: str = "") -> str:
        """Give a widget of a form a value, which is sent with its button; the widget's full name."""
        kind, widget = self._widget(key=key, label=label)
        group = kind == "button_group"
        self._filled[widget.id] = ("string_array_value", [value]) if group else (VALUES[kind], value)
        return str(widget.id)

    async def click(self, *, key: str = "", label: str = "") -> float:
        """Press a button; seconds as of `run`."""
        _, widget = self._widget(key=key, label=label)
        return await self.run(click=widget.id, fragment=self._fragment(widget.id))

    def has(self, *, key: str = "", label: str = "") -> bool:
        """Whether the page shows this widget."""
        try:
            self._widget(key=key, label=label)
        except LookupError:
            return False
        return True

    def options(self, key: str) -> list[str]:
        """What a select box offers."""
        return list(self._widget(key=key)[1].options)

    def texts(self) -> list[str]:
        """Texts, messages and exceptions of the page, from above to below."""
        found = []
        for _, (element, _) in sorted(self._tree.items()):
            kind = element.WhichOneof("type")
            if kind in ("markdown", "alert", "heading"):
                found.append(f"{kind}: {getattr(element, kind).body}")
            elif kind == "exception":
                found.append(f"exception: {element.exception.type} {element.exception.message}")
        return found

    async def settle(self) -> None:
        """Wait until no part of the page draws itself anew, which is while something is worked on."""
        until = time.monotonic() + self.timeout
        while self._repeated:
            if time.monotonic() > until:
                raise TimeoutError("the page did not come to rest")
            await asyncio.sleep(0.1)

    def viewer(self) -> dict[str, Any]:
        """What was sent to the sequence viewer; empty where the page has none."""
        try:
            sent = self._widget(key="workbench")[1]
        except LookupError:
            return {}
        found: dict[str, Any] = json.loads(sent.json or sent.mixed.json or "{}")
        return found

    def _widget(self, *, key: str = "", label: str = "") -> tuple[str, Any]:
        for _, (element, _) in sorted(self._tree.items()):
            kind = element.WhichOneof("type")
            if kind not in WIDGETS:
                continue
            widget = getattr(element, kind)
            if (key and widget.id.endswith(f"-{key}")) or (label and getattr(widget, "label", "") == label):
                return kind, widget
        raise LookupError(f"no widget {key or label!r} on the page")

    def _fragment(self, name: str) -> str:
        for element, fragment in self._tree.values():
            if getattr(getattr(element, element.WhichOneof("type")), "id", "") == name:
                return fragment
        return ""

    async def _finish(self) -> None:
        """Take messages until a run has finished that is not followed by another."""
        while True:
            message = ForwardMsg()
            message.ParseFromString(await self._socket.recv())
            if message.WhichOneof("type") == "ref_hash":
                path = message.metadata
                message = ForwardMsg.FromString(self._messages[message.ref_hash].SerializeToString())
                message.metadata.CopyFrom(path)
            elif message.hash:
                self._messages[message.hash] = message
            self._take(message)
            if message.WhichOneof("type") == "script_finished" and message.script_finished != EARLY:
                self._drop_what_is_gone(message.script_finished == PART)
                return

    def _drop_what_is_gone(self, part: bool) -> None:
        """Elements that the run, or its part, did not draw again."""
        if not part:
            self._tree = {at: shown for at, shown in self._tree.items() if at in self._seen}
            shown = {fragment for _, fragment in self._tree.values()}
            self._repeated = {name: every for name, every in self._repeated.items() if name in shown}
        elif self._part:
            mine = self._part
            self._tree = {at: shown for at, shown in self._tree.items() if at in self._seen or shown[1] != mine}

    def _take(self, message: Any) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._page = message.new_session.page_script_hash or self._page
            self._seen = set()
        elif kind == "navigation":
            self._pages |= {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
            self._page = message.navigation.page_script_hash or self._page
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self._repeated[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        elif kind == "stop_auto_rerun":
            self._repeated.pop(message.stop_auto_rerun.fragment_id, None)
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element, at = message.delta.new_element, tuple(message.metadata.delta_path)
            self._tree[at] = (element, message.delta.fragment_id)
            self._seen.add(at)
            self._adopt(element)
            if element.WhichOneof("type") == "exception":
                self.exceptions.append((element.exception.type, element.exception.message))

    def _adopt(self, element: Any) -> None:
        """Take over a value that the page gave to a widget, as a browser does."""
        kind = element.WhichOneof("type")
        widget = getattr(element, kind)
        if getattr(widget, "set_value", False):
            self._state.pop(widget.id, None)
            if kind in VALUES:
                value = widget.raw_value if kind == "selectbox" else widget.value
                self._state[widget.id] = (VALUES[kind], value)
