"""An answer of an agent's tool links to the page that says the same."""

from __future__ import annotations

import base64
import csv
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest

pytest.importorskip("mcp")

from mcp import Client

from genoviz.models.words import rounded
from tests.agents.talk import ask, talk
from tests.pages.test_sequence_page import start, texts, viewers


def test_the_link_of_an_answer_opens_the_same_view() -> None:
    async def conversation(client: Client) -> tuple[dict[str, Any], dict[str, Any], str]:
        example = (await ask(client, "open_example", key="ets"))["handle"]
        edited = (await ask(client, "edit", handle=example, edits=["41T"]))["handle"]
        explained = await ask(client, "explain", handle=edited)
        return (
            await ask(client, "predict", handle=edited),
            explained,
            (await client.read_resource(explained["table"])).contents[0].text,
        )

    predicted, explained, table = talk(conversation)
    app = start(**dict(parse_qsl(urlsplit(explained["link"]).query)))
    assert not app.exception
    assert f"probability {rounded(predicted['value'], 'probability')} that this is a GABPA peak" in texts(app)
    rows = list(csv.DictReader([line for line in table.splitlines() if line[0] != "#"], delimiter="\t"))
    shown = viewers(app)[0]
    assert shown["seq"] == "".join(row["base"] for row in rows)
    (letters,) = [track for track in shown["tracks"] if track["kind"] == "logo"][:1]
    assert not letters.get("stale")
    values = np.frombuffer(base64.b64decode(letters["values"]), dtype="<f4")
    assert values == pytest.approx([float(row["score"]) for row in rows], abs=1e-7)
