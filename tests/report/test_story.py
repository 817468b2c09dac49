"""A story is one whole file: numbers, tables, receipts that verify, and nothing that a browser would fetch."""

from __future__ import annotations

import base64
import json
import re
from datetime import date
from html import escape
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from genoviz.attribute.attribution import attribute
from genoviz.cli.main import app
from genoviz.genomes.registry import open_genome
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.predict.prediction import predict
from genoviz.receipts.receipt import Receipt
from genoviz.receipts.verify import verify
from genoviz.report.notice import NOTICE
from genoviz.report.stories import splice_story, splice_tracks, view_story
from genoviz.sequences.sequence import Sequence
from genoviz.splicing.tables import SpliceOptions, effect_at
from genoviz.variants.variant import Variant

SITE = Sequence("TGCATCATGCTTACGCAGTCATCAGATAAGCTCATGCAATGCTACCTGCATTCGACTGCA", "</script><b>odd</b>")
TARGET = Target("activity")


def receipts_in(text: str) -> list[Receipt]:
    found = re.findall(r'download="[^"]*" href="data:application/json;base64,([^"]*)"', text)
    return [Receipt.read(base64.b64decode(one)) for one in found]


def messages_in(text: str) -> list[dict[str, object]]:
    return [json.loads(one) for one in re.findall(r'<script type="application/json">(.*?)</script>', text)]


def fetched(text: str) -> list[str]:
    """Whatever a browser would ask a network for."""
    found = re.findall(
        r"<(?:link|img|iframe|object|embed|base)\b[^>]*>|<script[^>]*\bsrc=|@import|url\((?!#|data:)", text
    )
    return [*found, *re.findall(r"\b(?:fetch|XMLHttpRequest|WebSocket|EventSource|importScripts)\b\s*\(", text)]


def test_a_view_in_one_file() -> None:
    model = load_model("toy.sum")
    result = attribute(model, SITE, TARGET, "ablation")
    mutations = saturate(model, SITE, TARGET)
    text = view_story(
        model.card, SITE, predict(model, SITE)[0], result, mutations, made=date(2026, 11, 30), palette="mono"
    )
    assert fetched(text) == []
    assert "default-src 'none'" in text
    assert "<b>odd</b>" not in text
    assert text.count("</script>") == 2  # the message and the viewer's script, ended by nothing else
    for part in (result.sentence, mutations.sentence, NOTICE, "2026-11-30", *model.card.limits):
        assert escape(part) in text
    (message,) = messages_in(text)
    assert message["seq"] == SITE.bases
    assert (message["editable"], message["palette"]) == (False, "mono")
    assert [track["kind"] for track in message["tracks"]] == ["logo", "heat"]  # type: ignore[attr-defined]
    receipts = receipts_in(text)
    assert [one.kind for one in receipts] == ["prediction", "attribution", "mutagenesis"]
    assert all(verify(one).verdict == "equal" for one in receipts)
    assert all(one.sha256 in text for one in receipts)


def test_splice_sites_in_one_file() -> None:
    """Both alleles are drawn at the bases that were scanned, and at no other."""
    model, variant = load_model("splice.sites"), Variant("chrT1", 2646, "G", "T", "synthetic-1")
    with open_genome("teaching") as genome:
        effect = effect_at(model, variant, genome, "+", None, SpliceOptions(20))
    text = splice_story(model.card, effect, distance=20, genome="teaching")
    assert fetched(text) == []
    tracks = splice_tracks(effect)
    assert [track.payload["title"] for track in tracks] == [
        "Splice acceptor: both alleles",
        "Splice donor: both alleles",
    ]
    at = effect.windows.index(variant.pos - 1)  # the donor's last base of the exon, one base before its G
    for column, track in enumerate(tracks):
        for name, values in (("values", effect.reference), ("measured", effect.alternate)):
            drawn = np.frombuffer(base64.b64decode(track.payload[name]), dtype="<f4")
            assert np.isfinite(drawn).sum() == len(effect.distances) == 41
            assert drawn[at] == np.float32(values[effect.distances.tolist().index(-1), column])
    (receipt,) = receipts_in(text)
    assert receipt.kind == "splice"


@pytest.mark.parametrize(
    ("command", "kinds"),
    [
        (["sequence", "toy.sum", "--mutate", "-s", SITE.bases], ["prediction", "attribution", "mutagenesis"]),
        (["variant", "tfbind.encode10", "chrT1-10719-G-T", "--genome", "teaching", "-t", "GABPA"], ["variant"]),
        (["comparison", "toy.sum", "-m", "ablation", "-m", "inputxgradient", "-s", SITE.bases], ["comparison"]),
    ],
)
def test_stories_on_the_command_line(command: list[str], kinds: list[str], tmp_path: Path) -> None:
    file = tmp_path / "story.html"
    found = CliRunner().invoke(app, ["story", *command, "--out", str(file)])
    assert found.exit_code == 0, found.output
    text = file.read_text(encoding="utf-8")
    assert fetched(text) == []
    receipts = receipts_in(text)
    assert [one.kind for one in receipts] == kinds
    assert verify(receipts[-1]).verdict == "equal"
    assert receipts[-1].sentence in text
