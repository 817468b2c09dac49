"""A file that survives being killed: every state a kill can leave, and BGZF against two other readers."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from genoviz.errors import BadInput
from genoviz.files.resumable import ResumableFile, bgzf

CHUNKS = [f"chunk {i}\n".encode() * (i * 4000 + 1) for i in range(4)]
SAME = {"input": "a.vcf", "model": "toy"}


def write(path: Path, chunks: list[bytes], *, finish: bool = True, restart: bool = False) -> int:
    """Write the chunks that are not yet there; how many were."""
    with ResumableFile(path, SAME, restart=restart) as file:
        before = file.chunks
        assert file.state == ({"done": before} if before else {})
        for number in range(before, len(chunks)):
            file.append(chunks[number], {"done": number + 1})
        if finish:
            file.finish()
    return before


@pytest.mark.parametrize("name", ["out.vcf", "out.vcf.gz"])
@pytest.mark.parametrize("done", range(5))
@pytest.mark.parametrize("torn", [b"", b"half a chu"])
def test_goes_on_after_the_last_whole_chunk(tmp_path: Path, name: str, done: int, torn: bytes) -> None:
    (tmp_path / "whole").mkdir()
    write(tmp_path / "whole" / name, CHUNKS)
    out = tmp_path / name
    write(out, CHUNKS[:done], finish=False)
    with (tmp_path / f"{name}.part").open("ab") as part:
        part.write(torn)  # written, but not yet in the journal
    (tmp_path / f"{name}.part.json.new").write_bytes(b"half a jour")
    assert not out.exists()
    assert write(out, CHUNKS) == done
    assert out.read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert not (tmp_path / f"{name}.part").exists()
    assert not (tmp_path / f"{name}.part.json").exists()


def test_a_finished_file_stays_until_the_next_is_complete(tmp_path: Path) -> None:
    out = tmp_path / "out.tsv"
    write(out, CHUNKS)
    write(out, [b"other\n"], finish=False)
    assert out.read_bytes() == b"".join(CHUNKS)
    assert write(out, [b"other\n"]) == 1
    assert out.read_bytes() == b"other\n"


def test_killed_between_the_last_two_steps(tmp_path: Path) -> None:
    """The file is in its place, its journal still there: nothing to go on from."""
    out = tmp_path / "out.tsv"
    write(out, CHUNKS, finish=False)
    (tmp_path / "out.tsv.part").replace(out)
    assert write(out, CHUNKS) == 0
    assert out.read_bytes() == b"".join(CHUNKS)


def test_another_run_is_not_mixed_in(tmp_path: Path) -> None:
    out = tmp_path / "out.tsv"
    write(out, CHUNKS[:2], finish=False)
    with pytest.raises(BadInput, match=r"another model \(`toy`\)") as caught:
        ResumableFile(out, SAME | {"model": "other"})
    assert "--restart" in caught.value.fix
    assert (tmp_path / "out.tsv.part").read_bytes() == b"".join(CHUNKS[:2])
    with ResumableFile(out, SAME | {"model": "other"}, restart=True) as file:
        assert file.chunks == 0
    assert (tmp_path / "out.tsv.part").read_bytes() == b""


def test_a_damaged_part_or_journal_is_not_continued(tmp_path: Path) -> None:
    out, part, journal = tmp_path / "out.tsv", tmp_path / "out.tsv.part", tmp_path / "out.tsv.part.json"
    write(out, CHUNKS[:2], finish=False)
    kept = journal.read_text(encoding="utf-8")
    assert json.loads(kept)["bytes"] == part.stat().st_size
    part.write_bytes(part.read_bytes()[:-1])
    with pytest.raises(BadInput, match="shorter than its journal says"):
        ResumableFile(out, SAME)
    journal.write_text(kept[:-5], encoding="utf-8")
    with pytest.raises(BadInput, match="can't be read"):
        ResumableFile(out, SAME)
    assert write(out, CHUNKS, restart=True) == 0
    assert out.read_bytes() == b"".join(CHUNKS)


@pytest.mark.parametrize("place", [0, 20_000, -1])
@pytest.mark.parametrize("name", ["out.tsv", "out.tsv.gz"])
def test_a_bit_that_was_flipped_is_noticed(tmp_path: Path, name: str, place: int) -> None:
    out, part = tmp_path / name, tmp_path / f"{name}.part"
    write(out, [bytes(i % 251 for i in range(70_000)) * 3, b"more\n"], finish=False)
    found = bytearray(part.read_bytes())
    found[place % len(found)] ^= 4
    part.write_bytes(found)
    with pytest.raises(BadInput, match="its checksum is another") as caught:
        ResumableFile(out, SAME)
    assert "--restart" in caught.value.fix
    found[place % len(found)] ^= 4
    part.write_bytes(found)
    with ResumableFile(out, SAME) as file:
        assert file.chunks == 2


@pytest.mark.parametrize(
    "text",
    ["[]", "{}", "null", "7", '"x"', '{"identity": {}}', "[" * 100_000, "\u00ff", ""],
    ids=["list", "object", "null", "number", "text", "half", "deep", "no-ascii", "empty"],
)
def test_a_journal_that_holds_something_else(tmp_path: Path, text: str) -> None:
    out, journal = tmp_path / "out.tsv", tmp_path / "out.tsv.part.json"
    write(out, CHUNKS[:2], finish=False)
    journal.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="journal") as caught:
        ResumableFile(out, SAME)
    assert "--restart" in caught.value.fix
    assert write(out, CHUNKS, restart=True) == 0


@pytest.mark.parametrize("key", ["chunks", "bytes", "state", "sha256", "identity"])
def test_a_journal_that_was_changed(tmp_path: Path, key: str) -> None:
    """A count that is too low would write lines twice, totals of another run would be told."""
    out, journal = tmp_path / "out.tsv", tmp_path / "out.tsv.part.json"
    write(out, CHUNKS[:2], finish=False)
    kept = json.loads(journal.read_text(encoding="utf-8"))
    other = {"chunks": 1, "bytes": 8, "state": {"done": 7}, "sha256": "0" * 64, "identity": SAME | {"x": 1}}[key]
    journal.write_text(json.dumps(kept | {key: other}), encoding="utf-8")
    with pytest.raises(BadInput, match="damaged"):
        ResumableFile(out, SAME)


def test_a_full_disk_is_a_message_and_the_run_goes_on(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    out = tmp_path / "out.tsv"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    try:
        with pytest.raises(BadInput, match=r"out\.tsv\.part.*can't be written.*kept"):  # 40,000 bytes, then 80,000
            write(out, CHUNKS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not out.exists()
    assert write(out, CHUNKS) == 2
    assert out.read_bytes() == b"".join(CHUNKS)


def test_one_process_writes_one_file(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    with ResumableFile(tmp_path / "out.tsv", SAME), pytest.raises(BadInput, match="Another process writes"):
        ResumableFile(tmp_path / "out.tsv", SAME)
    with pytest.raises(BadInput, match="can't be written"):
        ResumableFile(tmp_path / "no folder" / "out.tsv", SAME)


@pytest.mark.parametrize("size", [0, 1, 65_279, 65_280, 65_281, 200_000])
def test_bgzf_is_read_by_gzip_and_htslib(tmp_path: Path, size: int) -> None:
    pysam = pytest.importorskip("pysam")
    text = bytes(i * i % 251 for i in range(size))
    path = tmp_path / "a.gz"
    with ResumableFile(path, {}) as file:
        file.append(text[: size // 3], {})
        file.append(text[size // 3 :], {})
        file.finish()
    assert gzip.decompress(path.read_bytes()) == text
    with pysam.BGZFile(str(path), "rb") as reader:
        assert reader.read(size + 1) == text
    assert bgzf(b"") == b""
