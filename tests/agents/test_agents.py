"""Tools for agents: what they say of themselves, the numbers of the command line, refusals, and rows in as rows out."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

pytest.importorskip("mcp")

from mcp import Client

from genoviz.agents.skill import skill_text
from genoviz.attribute import attribute
from genoviz.attribute.tables import attribution_provenance, attribution_table
from genoviz.files.tsv import tsv
from genoviz.lessons.examples import get_example
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.mutagenesis import saturate
from genoviz.predict.prediction import target_value
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame.state import read_link
from tests.agents.talk import ask, refused, talk
from tests.cli.calls import good

ETS = get_example("ets")
MODEL = "tfbind.encode10"
VARIANT = "chrT1-2646-G-T"


def test_every_tool_says_what_it_takes_and_gives_and_only_reads() -> None:
    async def conversation(client: Client) -> list[Any]:
        return (await client.list_tools()).tools

    tools = talk(conversation)
    assert [tool.name for tool in tools] == [
        "list_models", "model_card", "open_sequence", "open_place", "open_example", "predict", "explain", "mutation_map",
        "edit", "compare", "verify", "variant", "variants_job", "job",
    ]  # fmt: skip
    for tool in tools:
        assert 40 < len(tool.description) < 500, tool.name
        assert tool.annotations.read_only_hint
        assert not tool.annotations.open_world_hint
        assert tool.output_schema["properties"]["sentence"]["type"] == "string"
        assert all(one.get("description") for one in tool.input_schema["properties"].values()), tool.name
    assert {tool.name for tool in tools} <= set(re.findall(r"`(\w+)`", skill_text()))


def test_numbers_and_links_are_those_of_command_line_and_page() -> None:
    async def conversation(client: Client) -> list[dict[str, Any]]:
        handle = (await ask(client, "open_sequence", bases=ETS.sequence.bases))["handle"]
        about = {"handle": handle, "model": MODEL, "target": "GABPA"}
        answers = [
            await ask(client, "predict", **about),
            await ask(client, "explain", **about, method="deeplift"),
            await ask(client, "mutation_map", **about, window="30-40", top=3),
            await ask(client, "edit", **about, edits=["41T"]),
        ]
        table = (await client.read_resource(answers[1]["table"])).contents[0].text
        return [*answers, {"table": table}]

    predicted, explained, mutated, edited, read = talk(conversation)
    (record,) = json.loads(good("predict", MODEL, "--sequence", ETS.sequence.bases, "--json"))["records"]
    (row,) = (row for row in record["outputs"] if row["track"] == "GABPA")
    assert (predicted["value"], predicted["calibrated"]) == (row["value"], pytest.approx(row["calibrated"]))
    model = load_model(MODEL)
    target = Target.parse("GABPA", model.card)
    nameless = Sequence(ETS.sequence.bases)
    result = attribute(model, nameless, target, "deeplift")
    assert read["table"] == tsv(attribution_table(result), attribution_provenance(model.card, result))
    assert explained["value"] == result.value
    assert {"Ets-related"} <= {block["family"] for block in explained["blocks"]}
    found = saturate(model, ETS.sequence, target, window=(29, 40))
    assert mutated["strongest"] == [{"substitution": name, "delta": delta} for name, delta in found.strongest(3)]
    changed = Sequence(ETS.sequence.bases[:40] + "T" + ETS.sequence.bases[41:])
    assert edited["after"] == pytest.approx(target_value(model, changed, target))
    view, notices = read_link(dict(parse_qsl(urlsplit(explained["link"]).query)))
    assert (view.model, view.track, view.method, view.sequence) == (MODEL, "GABPA", "deeplift", ETS.sequence.bases)
    assert read_link(dict(parse_qsl(urlsplit(edited["link"]).query)))[0].edits == "41T"
    assert not notices
    assert explained["link"].startswith("http://app/?")
    assert not any(
        ETS.sequence.bases in json.dumps({**one, "link": ""}) for one in (predicted, explained, mutated, edited)
    )


def test_a_variant_is_that_of_the_command_line() -> None:
    async def conversation(client: Client) -> list[dict[str, Any]]:
        where = {"variant": VARIANT, "genome": "teaching"}
        return [await ask(client, "variant", **where, model=name) for name in ("toy.sum", "splice.sites")]

    plain, spliced = talk(conversation)
    known = json.loads(good("variants", "toy.sum", "--genome", "teaching", "--variant", VARIANT, "--json"))
    assert {key: known[key] for key in plain["effect"]} == plain["effect"]
    assert plain["sentence"] == known["sentence"]
    assert 0 <= plain["percentile"] <= 100
    genes = json.loads(good("variants", "splice.sites", "--genome", "teaching", "--variant", VARIANT, "--json"))["rows"]
    assert spliced["effect"]["rows"] == genes
    assert genes[0]["sentence"] in spliced["sentence"]
    assert "splice.sites" in spliced["link"]
    assert "/variants?" in spliced["link"]


def test_every_variant_of_a_job_has_a_row() -> None:
    async def conversation(client: Client) -> tuple[dict[str, Any], str, dict[str, str]]:
        about = {"genome": "teaching", "model": "toy.sum"}
        job = (await ask(client, "variants_job", **about, variants=[VARIANT, "nonsense", "chrT1-2647-A-T"]))["job"]
        state: dict[str, Any] = {}
        while state.get("state") != "done":
            await asyncio.sleep(0.02)
            state = await ask(client, "job", job=job)
        table = (await client.read_resource(state["table"])).contents[0].text
        return state, table, await refused(client, "variants_job", **about, variants=[VARIANT, " "])

    state, table, empty = talk(conversation)
    assert [row["input"] for row in state["rows"]] == [VARIANT, "nonsense", "chrT1-2647-A-T"]
    assert [bool(row["skipped"]) for row in state["rows"]] == [False, True, True]
    assert (state["records"], state["scored"], sum(state["skipped"].values())) == (3, 1, 2)
    assert len([line for line in table.splitlines() if line and line[0] != "#"]) == 4
    assert "Number 2" in empty["read"]


def test_refusals_have_one_shape_and_bases_of_files_stay_out(tmp_path: Path) -> None:
    async def conversation(client: Client) -> None:
        handle = (await ask(client, "open_example", key="ets"))["handle"]
        file = tmp_path / "one.fa"
        file.write_text(f">mine\n{ETS.sequence.bases}\n", encoding="utf-8")
        hidden = await ask(client, "open_sequence", path=str(file))
        predicted = await ask(client, "predict", handle=hidden["handle"], model=MODEL)
        assert ETS.sequence.bases not in json.dumps([hidden, predicted])
        assert (hidden["name"], predicted["link"]) == ("mine", "")
        assert "can't be read" in (await refused(client, "open_sequence", path=str(tmp_path / "none")))["read"]
        assert "not open" in (await refused(client, "predict", handle="nothing"))["read"]
        assert "tfbind" in (await refused(client, "model_card", model="tfbind.encode"))["accepted"]
        assert "offline" in (await refused(client, "open_place", place="chr1:1-9", genome="ucsc:hg38"))["accepted"]
        assert "GABPA" in (await refused(client, "predict", handle=handle, target="GABP"))["accepted"]
        assert (await refused(client, "edit", handle=handle, edits=["A41T"]))["read"]
        changed = (await ask(client, "edit", handle=handle, edits=["41T"]))["handle"]
        assert "101" in (await refused(client, "predict", handle=changed, model="toy.sum"))["read"]
        wrong = await refused(client, "mutation_map", handle=handle, top="x", window=3)
        assert "`top`: Input should be a valid integer" in wrong["read"]
        dear = await ask(client, "mutation_map", handle=handle, max_seconds=0)
        assert not dear["computed"]
        assert dear["variants"] == 303
        assert dear["seconds"] > 0
        assert dear["receipt"] == ""

    talk(conversation)


def test_what_a_variant_does_and_whether_to_trust_it_in_five_calls() -> None:
    async def conversation(client: Client) -> list[dict[str, Any]]:
        models = await ask(client, "list_models", words="GATA", use="teach")
        name = next(row["name"] for row in models["models"] if row["name"] == "toy.sum")
        effect = await ask(client, "variant", variant=VARIANT, genome="teaching", model=name)
        place = await ask(client, "open_place", place="chrT1:2,646", genome="teaching")
        why = await ask(client, "explain", handle=place["handle"], model=name, check=True)
        return [models, effect, why, await ask(client, "compare", handle=place["handle"], models=[name])]

    _, effect, why, compared = talk(conversation)
    assert effect["standing"]
    assert effect["held_out"].startswith("Not trained")
    assert len(why["checks"]) == 6
    assert why["light"] == "green"
    assert len(compared["rows"]) == 3
    assert len(compared["pairs"]) == 3


def test_every_answer_has_a_receipt_that_is_verified(tmp_path: Path) -> None:
    async def conversation(client: Client) -> None:
        file = tmp_path / "one.fa"
        file.write_text(f">mine\n{'C' * 27}GATAAG{'C' * 27}\n", encoding="utf-8")
        about = {"handle": (await ask(client, "open_sequence", path=str(file)))["handle"], "model": "toy.sum"}
        answers = [
            await ask(client, "predict", **about),
            await ask(client, "explain", **about, method="deeplift"),
            await ask(client, "mutation_map", **about),
            await ask(client, "edit", **about, edits=["G28C"]),
            await ask(client, "variant", variant=VARIANT, genome="teaching", model="toy.sum"),
            await ask(client, "variant", variant=VARIANT, genome="teaching", model="splice.sites"),
            await ask(client, "compare", handle=about["handle"], models=["toy.sum"]),
        ]
        found = [await ask(client, "verify", receipt=one["receipt"]) for one in answers]
        assert [one["verdict"] for one in found] == ["equal"] * 7
        assert [one["kind"] for one in found] == [
            "prediction", "attribution", "mutagenesis", "prediction", "variant", "splice", "comparison",
        ]  # fmt: skip
        kept = (await client.read_resource(answers[0]["receipt"])).contents[0].text
        paper = tmp_path / "receipt.json"
        paper.write_text(kept, encoding="utf-8")
        assert (await ask(client, "verify", receipt=str(paper)))["verdict"] == "equal"
        paper.write_text(kept.replace("3.0", "2.0", 1), encoding="utf-8")
        assert "changed" in (await refused(client, "verify", receipt=str(paper)))["read"]
        assert "no receipt" in (await refused(client, "verify", receipt="genoviz://receipts/none"))["read"]

    talk(conversation)
