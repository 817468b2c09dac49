"""Downloads against a local server: resuming, changed files, faults and checksums."""

from __future__ import annotations

import gzip
import hashlib
import random
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from genoviz.errors import BadInput, UnknownName
from genoviz.files.download import BadDownload, download
from genoviz.files.web import NoAnswer
from genoviz.genomes.download import download_genome, to_bgzip
from genoviz.genomes.registry import list_genomes, open_genome
from genoviz.sequences.locus import Locus
from tests.stand_in import Server, reply, stand_in

CONTENT = random.Random(9).randbytes(300_000)
Step = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def server() -> Iterator[Server]:
    with stand_in() as made:
        yield made


def files(content: bytes = CONTENT, *, tag: str = '"v1"', ranges: bool = True, sent: int | None = None) -> Step:
    """A server of one file that breaks off after `sent` bytes."""

    def play(handler: BaseHTTPRequestHandler) -> None:
        wanted = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        start, status = 0, 200
        headers = {"ETag": tag} if tag else {}
        if wanted and ranges and handler.headers.get("If-Range") == tag:
            start, status = int(wanted[1]), 206
            if start >= len(content):
                reply(handler, "", status=416)
                return
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        body = content[start:]
        reply(handler, body if sent is None else body[:sent], status=status, headers=headers, length=len(body))

    return play


def get(server: Server, path: Path, **options: Any) -> Path:
    return download(f"{server.url}/file", path, wait=lambda seconds: None, timeout=10, **options)


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*.part*"))


def test_whole(server: Server, tmp_path: Path) -> None:
    server.play = files()
    seen: list[tuple[int, int]] = []
    path = get(
        server,
        tmp_path / "new" / "file.gz",
        sha256=hashlib.sha256(CONTENT).hexdigest().upper(),
        md5=hashlib.md5(CONTENT).hexdigest(),
        progress=lambda done, total: seen.append((done, total)),
    )
    assert path.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert seen == sorted(seen)
    assert leftovers(tmp_path) == []


def test_goes_on_where_it_broke_off(server: Server, tmp_path: Path) -> None:
    server.script(files(sent=100_000), files(sent=50_000), files())
    assert get(server, tmp_path / "f").read_bytes() == CONTENT
    assert [h.get("Range") for h in server.headers] == [None, "bytes=100000-", "bytes=150000-"]
    assert server.headers[1]["If-Range"] == '"v1"'


def test_goes_on_in_another_call(server: Server, tmp_path: Path) -> None:
    server.play = files(sent=100_000)
    with pytest.raises(ZeroDivisionError):  # as Ctrl+C would
        get(server, tmp_path / "f", progress=lambda done, total: 1 // 0)
    assert not (tmp_path / "f").exists()
    assert leftovers(tmp_path) == ["f.part", "f.part.json"]
    server.play = files()
    assert get(server, tmp_path / "f").read_bytes() == CONTENT
    assert server.headers[-1]["Range"].startswith("bytes=")


def test_a_server_without_ranges(server: Server, tmp_path: Path) -> None:
    server.script(files(sent=100_000, ranges=False), files(ranges=False))
    assert get(server, tmp_path / "f").read_bytes() == CONTENT


def test_a_file_that_changed_meanwhile(server: Server, tmp_path: Path) -> None:
    other = CONTENT[::-1]
    server.script(files(sent=100_000), files(other, tag='"v2"'))
    assert get(server, tmp_path / "f").read_bytes() == other


@pytest.mark.parametrize("tag", ["", 'W/"weak"'])
def test_without_a_version_it_starts_again(server: Server, tmp_path: Path, tag: str) -> None:
    server.script(files(sent=100_000, tag=tag), files(tag=tag))
    assert get(server, tmp_path / "f").read_bytes() == CONTENT
    assert "Range" not in server.headers[1]


def test_a_part_longer_than_the_file(server: Server, tmp_path: Path) -> None:
    (tmp_path / "f.part").write_bytes(CONTENT + b"more")
    (tmp_path / "f.part.json").write_text('{"version": "\\"v1\\""}')
    server.play = files()
    assert get(server, tmp_path / "f").read_bytes() == CONTENT


def test_another_range_than_asked_for(server: Server, tmp_path: Path) -> None:
    def wrong(handler: BaseHTTPRequestHandler) -> None:
        total = len(CONTENT)
        reply(handler, CONTENT[5:], status=206, headers={"Content-Range": f"bytes 5-{total - 1}/{total}"})

    server.script(files(sent=100_000), wrong, files())
    assert get(server, tmp_path / "f").read_bytes() == CONTENT


def test_a_wrong_checksum(server: Server, tmp_path: Path) -> None:
    server.play = files()
    for name in ("sha256", "md5"):
        with pytest.raises(BadDownload, match=f"has the {name}"):
            get(server, tmp_path / "f", **{name: "0" * 32})
        assert list(tmp_path.iterdir()) == []


def test_faults(server: Server, tmp_path: Path) -> None:
    server.play = lambda h: reply(h, "", status=404)
    with pytest.raises(NoAnswer, match="404"):
        get(server, tmp_path / "f")
    assert len(server.asked) == 1
    server.play = lambda h: reply(h, "", status=503)
    with pytest.raises(NoAnswer, match="503"):
        get(server, tmp_path / "f", retries=2)
    assert len(server.asked) == 4
    server.play = files(sent=0)
    with pytest.raises(NoAnswer, match="broke off"):
        get(server, tmp_path / "f", retries=1)
    (tmp_path / "no_folder").write_text("")
    with pytest.raises(BadDownload, match="can't be written"):
        get(server, tmp_path / "no_folder" / "f")


def test_no_room(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server.play = files()
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9, 1000))
    with pytest.raises(BadDownload, match="needs 0 MB more"):
        get(server, tmp_path / "f")


FASTA = ">chrI\n" + "ACGTN\n" * 1000 + ">chrII\nGGCC\n"


@pytest.fixture
def ucsc(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Files by path, served as by the download server of UCSC."""
    packed = gzip.compress(FASTA.encode())
    served = {
        "/sacCer3/bigZips/sacCer3.fa.gz": packed,
        "/sacCer3/bigZips/md5sum.txt": f"{'1' * 32}  est.fa.gz\n{hashlib.md5(packed).hexdigest()}  sacCer3.fa.gz\n".encode(),
    }
    server.play = lambda h: reply(h, served.get(h.path, b""), status=200 if h.path in served else 404)
    monkeypatch.setenv("GENOVIZ_GENOMES", str(tmp_path / "genomes"))
    monkeypatch.setenv("GENOVIZ_UCSC_DOWNLOADS", server.url)
    return served


def test_a_whole_genome(ucsc: dict[str, bytes], tmp_path: Path) -> None:
    stages: list[str] = []
    entry = download_genome("sacCer3", progress=lambda stage, done, total: stages.append(stage))
    assert (entry.name, entry.assembly, entry.problem) == ("sacCer3", "sacCer3", "")
    assert list(dict.fromkeys(stages)) == ["download", "unpack"]
    assert entry in list_genomes()
    with open_genome("sacCer3") as genome:
        assert genome.fetch(Locus("I", 4997, 5000)).bases == "GTN"
        assert genome.fetch(Locus("2", 0, 4)).bases == "GGCC"
    kept = sorted(path.name for path in (tmp_path / "genomes" / "files").iterdir())
    assert kept == ["sacCer3.fa.gz", "sacCer3.fa.gz.fai", "sacCer3.fa.gz.gzi"]
    with pytest.raises(BadInput, match="already"):
        download_genome("sacCer3")
    download_genome("sacCer3", name="again")  # the file is not downloaded twice


def test_a_damaged_genome(ucsc: dict[str, bytes]) -> None:
    ucsc["/sacCer3/bigZips/md5sum.txt"] = b"0" * 32 + b"  sacCer3.fa.gz\n"
    with pytest.raises(BadDownload, match="md5"):
        download_genome("sacCer3", wait=lambda seconds: None)
    del ucsc["/sacCer3/bigZips/md5sum.txt"]
    ucsc["/sacCer3/bigZips/sacCer3.fa.gz"] = gzip.compress(FASTA.encode())[:-20]
    with pytest.raises(BadDownload, match="unpacked"):
        download_genome("sacCer3", wait=lambda seconds: None)
    ucsc["/sacCer3/bigZips/sacCer3.fa.gz"] = gzip.compress(FASTA.encode())
    download_genome("sacCer3", name="whole")  # the damaged one is not used again
    with pytest.raises(UnknownName, match="hg38"):
        download_genome("hg37")
    assert [entry.name for entry in list_genomes() if entry.paths and not entry.synthetic] == ["whole"]


def test_to_bgzip_of_plain_and_packed(tmp_path: Path) -> None:
    (tmp_path / "plain.fa").write_text(FASTA)
    (tmp_path / "packed.fa.gz").write_bytes(gzip.compress(FASTA.encode()))
    left: list[int] = []
    for name in ("plain.fa", "packed.fa.gz"):
        path = to_bgzip(tmp_path / name, tmp_path / "out.gz", progress=lambda at, total: left.append(total - at))
        assert path.read_bytes()[12:14] == b"BC"
        assert gzip.decompress(path.read_bytes()).decode() == FASTA
        assert left[-1] == 0
    assert leftovers(tmp_path) == []


def test_killed_while_it_arrives_and_started_again(server: Server, tmp_path: Path) -> None:
    """kill -9: what has arrived stays, and the next call goes on with it."""
    half = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("ETag", '"v1"')
        handler.send_header("Content-Length", str(len(CONTENT)))
        handler.end_headers()
        handler.wfile.write(CONTENT[: len(CONTENT) // 2])
        half.wait(20)

    server.script(drip, files())
    script = "import sys; from pathlib import Path; from genoviz.files.download import download; download(sys.argv[1], Path(sys.argv[2]))"
    part = tmp_path / "file.part"
    with subprocess.Popen([sys.executable, "-c", script, f"{server.url}/file", str(tmp_path / "file")]) as process:
        for _ in range(2000):
            if part.exists() and part.stat().st_size == len(CONTENT) // 2:
                break
            time.sleep(0.01)
        with pytest.raises(BadDownload, match="by somebody else"):
            get(server, tmp_path / "file")
        process.kill()
    half.set()
    assert get(server, tmp_path / "file").read_bytes() == CONTENT
    assert server.headers[-1]["Range"] == f"bytes={len(CONTENT) // 2}-"
    assert leftovers(tmp_path) == []
