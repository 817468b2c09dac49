"""The atlas table from small hand-written answers in the layouts of ENCODE's portal and of the hub; nothing real is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from genoviz.errors import BadInput
from genoviz.files.web import Client, NoAnswer
from genoviz.models import atlas_index
from genoviz.models.atlas import ENCODE_POLICY, read_table, write_table
from genoviz.models.atlas_index import build, row_of, with_checksums
from tests.stand_in import Server, reply, stand_in

CTCF = "kundajelab/encode-bpnet-CTCF-ChIP-seq-HCT116-ENCSR450DXU-ENCSR808TEA"
CELLS = "kundajelab/encode-chrombpnet-DNASE-ENCSR217PZP-ENCSR232CBY"  # the name of some has no cells
BROKEN = "kundajelab/encode-bpnet-REST-ChIP-seq-MCF-7-ENCSR000BSP-ENCSR640PXF"
OTHER = "kundajelab/chrombpnet-tutorial"
PORTAL: dict[str, list[dict[str, Any]]] = {
    "BPNet-model": [
        {
            "@id": "/annotations/ENCSR808TEA/",
            "@type": ["Annotation", "Dataset", "Item"],
            "accession": "ENCSR808TEA",
            "targets": [{"label": "CTCF"}],
            "biosample_ontology": {"term_name": 'HCT116 "wild type"'},
            "assay_term_name": ["ChIP-seq"],
            "assembly": ["GRCh38"],
        },
        {"accession": "ENCSR640PXF", "targets": [{"label": "REST"}]},
    ],
    "ChromBPNet-model": [
        {"accession": "ENCSR232CBY", "biosample_ontology": {"term_name": "T-cell"}, "assay_term_name": "DNase-seq"}
    ],
}


def listed(name: str, files: list[str], *tags: str) -> dict[str, Any]:
    return {"id": name, "sha": "abc123", "tags": list(tags), "siblings": [{"rfilename": file} for file in files]}


HUB = {
    "encode-bpnet-": [
        listed(CTCF, ["README.md", *(f"fold_{i}/model.h5" for i in range(5))], "hg38", "qc-passed", "license:mit"),
        listed(BROKEN, ["fold_0/model.h5", "fold_2/model.h5"], "qc-passed"),
    ],
    "encode-chrombpnet-": [
        listed(OTHER, ["fold_0/model.h5"]),
        listed(
            CELLS,
            [
                f"fold_{i}/model.{kind}.fold_{i}.ENCSR232CBY.{end}"
                for i in range(5)
                for kind in ("chrombpnet", "chrombpnet_nobias", "bias_scaled")
                for end in ("h5", "tar")
            ],
        ),
    ],
}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(atlas_index, "PAGE", 1)  # each of two models on a page of its own
    with stand_in() as made:
        made.play = lambda handler: _answer(made, handler)
        yield made


def _answer(server: Server, handler: BaseHTTPRequestHandler) -> None:
    path, asked = urlsplit(handler.path).path, parse_qs(urlsplit(handler.path).query)
    if path == "/search/":
        every = PORTAL[asked["annotation_type"][0]]
        first = int(asked["from"][0])
        reply(handler, json.dumps({"total": len(every), "@graph": every[first : first + 1]}))
    elif path == "/api/models":
        every, page = HUB[asked["search"][0]], int(asked.get("cursor", ["0"])[0])
        more = f"{server.url}/api/models?search={asked['search'][0]}&cursor={page + 1}"
        headers = {"Link": f'<{more}>; rel="next"'} if page + 1 < len(every) else {}
        reply(handler, json.dumps(every[page : page + 1]), headers=headers)
    elif path == f"/api/models/{CTCF}/revision/abc123" and asked["blobs"] == ["true"]:
        files = [
            {"rfilename": f"fold_{i}/model.h5", "size": 500 + i, "lfs": {"sha256": f"{i}" * 64, "size": 500 + i}}
            for i in range(5)
        ]
        reply(handler, json.dumps({"id": CTCF, "siblings": files}))
    else:
        reply(handler, "", status=404)


def test_both_indexes_make_the_table(server: Server, tmp_path: Path) -> None:
    asked: dict[str, Any] = {"client": Client(retries=0), "hub": server.url}
    built = build(portal=server.url, **asked)
    assert built.sentence == "2 models (1 BPNet, 1 ChromBPNet); 1 without Keras files of all folds were left out."
    first, second = built.rows
    assert (first.target, first.biosample, first.assay, first.assembly) == (
        *("CTCF", 'HCT116 "wild type"'),
        *("ChIP-seq", "GRCh38"),
    )
    assert (first.qc, first.licence.split(":")[0]) == ("passed", "MIT")
    assert first.folds[4].url == f"{server.url}/{CTCF}/resolve/abc123/fold_4/model.h5"
    assert (second.target, second.biosample, second.assay, second.licence) == ("", "T-cell", "DNase-seq", ENCODE_POLICY)
    assert [file.url.rpartition("/")[2] for file in second.folds] == [
        f"model.chrombpnet_nobias.fold_{i}.ENCSR232CBY.h5" for i in range(5)
    ]

    (checked,) = with_checksums([first], **asked)
    assert [(file.sha256[:1], file.bytes) for file in checked.folds] == [(f"{i}", 500 + i) for i in range(5)]

    # What is written is read again; only addresses with https are, as in a table that a person sends.
    safe = [replace_host(row, server.url) for row in (checked, second)]
    write_table(safe, tmp_path / "new" / "atlas.tsv")
    assert list(read_table(tmp_path / "new" / "atlas.tsv").values()) == safe


def replace_host(row: Any, host: str) -> Any:
    from dataclasses import replace

    return replace(row, folds=tuple(replace(file, url=file.url.replace(host, "https://hub.org")) for file in row.folds))


def test_without_the_portal_s_word_a_name_says_what_it_is() -> None:
    row = row_of(HUB["encode-bpnet-"][0], {})
    assert row is not None
    assert (row.target, row.assay, row.biosample, row.assembly) == ("CTCF", "ChIP-seq", "HCT116", "GRCh38")
    unnamed = row_of(HUB["encode-chrombpnet-"][1], {})
    assert unnamed is not None
    assert (unnamed.assay, unnamed.biosample) == ("DNase-seq", "cells not named")


def test_answers_that_are_none(server: Server) -> None:
    client = Client(retries=0)
    server.script(lambda handler: reply(handler, json.dumps({"@graph": [], "total": 0})), lambda h: reply(h, "<html>"))
    with pytest.raises(NoAnswer, match="no JSON"):
        build(client=client, portal=server.url, hub=server.url)
    server.play = lambda handler: reply(handler, '{"@graph": [], "total": 0}' if "/search/" in handler.path else "[]")
    with pytest.raises(BadInput, match="list no model with a Keras file for each fold"):
        build(client=client, portal=server.url, hub=server.url)
