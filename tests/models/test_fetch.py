"""Fetching published weights from a local server: licence first, resume, checks, and what is not there."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import torch
from typer.testing import CliRunner

from genoviz.cli.main import app
from genoviz.errors import BadCheckpoint, BadInput, Cancelled
from genoviz.files.download import BadDownload
from genoviz.models.card import WeightsFile
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.checksum import check_file
from genoviz.models.fetch import fetch, is_free, megabytes, missing_files, terms
from genoviz.models.weights import is_ready, weights_folder
from tests.stand_in import Server, reply, stand_in

CONTENTS = {"one.pt": random.Random(1).randbytes(3_000), "two.pt": random.Random(2).randbytes(1_000)}


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.delenv("GENOVIZ_WEIGHTS", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with stand_in() as made:

        def play(handler: BaseHTTPRequestHandler) -> None:
            name = handler.path.rpartition("/")[2]
            if name in CONTENTS:
                reply(handler, CONTENTS[name], headers={"ETag": '"v1"'})
            else:
                reply(handler, "", status=404)

        made.play = play
        yield made


def card_of(server: Server, **changes: Any):
    files = tuple(
        WeightsFile(name, f"{server.url}/{name}", len(content), hashlib.sha256(content).hexdigest())
        for name, content in CONTENTS.items()
    )
    return replace(get_card("toy.sum"), name="test.published", files=files, published="A place", **changes)


def test_all_files_and_shares_by_size(server: Server) -> None:
    card = card_of(server)
    seen: list[float] = []
    assert [path.name for path in fetch(card, progress=seen.append)] == ["one.pt", "two.pt"]
    assert {path.name: path.read_bytes() for path in weights_folder().iterdir()} == CONTENTS
    assert is_ready(card)
    assert seen == sorted(seen)
    assert pytest.approx(0.75) in seen  # the first of the two files done
    assert seen[-1] == 1.0
    assert fetch(card) == []  # nothing is fetched twice
    assert len(server.asked) == 2


def test_only_what_is_missing(server: Server) -> None:
    card = card_of(server)
    weights_folder().mkdir(parents=True)
    (weights_folder() / "one.pt").write_bytes(CONTENTS["one.pt"])
    assert [file.name for file in missing_files(card)] == ["two.pt"]
    assert [path.name for path in fetch(card)] == ["two.pt"]


def test_a_stop_keeps_what_is_complete(server: Server) -> None:
    card = card_of(server)

    def stop(share: float) -> None:
        if share > 0.8:
            raise Cancelled

    with pytest.raises(Cancelled):
        fetch(card, progress=stop)
    assert (weights_folder() / "one.pt").is_file()
    assert not (weights_folder() / "two.pt").exists()
    assert [path.name for path in fetch(card)] == ["two.pt"]


def test_another_file_than_the_card_describes_is_refused(server: Server) -> None:
    card = card_of(server)
    wrong = replace(card, files=(replace(card.files[0], sha256="0" * 64),))
    with pytest.raises(BadDownload, match="sha256"):
        fetch(wrong)
    assert not is_ready(wrong)


def test_an_unknown_checksum_is_recorded(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = card_of(server)
    torch.save({"a": torch.ones(2)}, tmp_path / "made.pt")
    content = (tmp_path / "made.pt").read_bytes()
    monkeypatch.setitem(CONTENTS, "one.pt", content)
    open_card = replace(card, files=(replace(card.files[0], sha256=""),))
    (path,) = fetch(open_card)
    assert path.with_name("one.pt.sha256").read_text().strip() == hashlib.sha256(content).hexdigest()


def test_what_can_not_be_read_is_not_kept(server: Server) -> None:
    """A page that says "not found" with status 200, where no checksum tells."""
    card = card_of(server)
    with pytest.raises(BadCheckpoint, match=r"one\.pt"):
        fetch(replace(card, files=(replace(card.files[0], sha256=""),)))
    assert list(weights_folder().iterdir()) == []


def test_a_mirror(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    card = card_of(server)
    far = replace(card, files=tuple(replace(f, url=f"http://unreachable.invalid/{f.name}") for f in card.files))
    monkeypatch.setenv("GENOVIZ_WEIGHTS_URL", f"{server.url}/mirror/")
    fetch(far)
    assert server.asked == ["/mirror/one.pt", "/mirror/two.pt"]


def test_models_without_files_have_nothing_to_fetch() -> None:
    with pytest.raises(BadInput, match="nothing to fetch"):
        fetch(get_card("tfbind.encode10"))


def test_what_must_be_made_by_hand_is_said(server: Server) -> None:
    card = card_of(server)
    with pytest.raises(BadInput, match=r"by hand. A place"):
        fetch(replace(card, files=(replace(card.files[0], url=""),)))
    assert server.asked == []


def test_sizes_in_words() -> None:
    assert [megabytes(n) for n in (2_500, 99_000, 2_878_124, 961_000_000, 1_100_000_000)] == [
        "2 kB",
        "99 kB",
        "2.9 MB",
        "961.0 MB",
        "1.1 GB",
    ]


@pytest.mark.parametrize("card", [c for c in list_models() if c.files], ids=lambda c: c.name)
def test_licences_that_bind_are_asked_about(card) -> None:
    binding = card.licence.startswith(("GPL", "CC BY-NC", "Creative Commons, terms not named"))
    assert is_free(card) != binding, card.licence
    assert set(terms(card)) - {"Never run", "Last checked"} == {"Download", "Source", "Licence", "Read as"}
    assert ("Never run" in terms(card)) == card.never_run


# ---- the command ---------------------------------------------------------------------------------


def run(*words: str, **options: Any):
    return CliRunner().invoke(app, ["fetch", *words], **options)


def test_command_asks_first(server: Server) -> None:
    result = run("splice.maxent5")
    assert result.exit_code == 2
    assert "Licence:" in result.stderr
    assert "--yes" in result.stderr
    assert server.asked == []


def test_command_downloads_and_loads(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in has no such file: what the server says comes out as one message."""
    monkeypatch.setenv("GENOVIZ_WEIGHTS_URL", server.url)
    result = run("splice.maxent5", "--yes")
    assert result.exit_code == 2
    assert "404" in result.stderr
    assert "Traceback" not in result.stderr


def test_command_on_a_bundled_model() -> None:
    result = run("tfbind.encode10")
    assert result.exit_code == 2
    assert "nothing to fetch" in result.stderr


@pytest.mark.parametrize("note", [b"", b"\xff\xfe", b"0123", b"not a checksum at all"])
def test_a_damaged_record_is_written_anew(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, note: bytes
) -> None:
    torch.save({"a": torch.ones(2)}, tmp_path / "made.pt")
    content = (tmp_path / "made.pt").read_bytes()
    monkeypatch.setitem(CONTENTS, "one.pt", content)
    card = card_of(server)
    file = replace(card.files[0], sha256="")
    (path,) = fetch(replace(card, files=(file,)))
    record = path.with_name("one.pt.sha256")
    record.write_bytes(note)
    check_file(path, file, card.name)
    assert record.read_text().strip() == hashlib.sha256(content).hexdigest()
    path.write_bytes(content + b"x")
    with pytest.raises(BadCheckpoint, match="when it was fetched"):
        check_file(path, file, card.name)


def test_a_record_that_can_not_be_written_is_said(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.save({"a": torch.ones(2)}, tmp_path / "made.pt")
    monkeypatch.setitem(CONTENTS, "one.pt", (tmp_path / "made.pt").read_bytes())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("genoviz.models.checksum.write_whole", full)
    card = card_of(server)
    with pytest.raises(BadDownload, match="No space left"):
        fetch(replace(card, files=(replace(card.files[0], sha256=""),)))
    assert list(weights_folder().iterdir()) == []
