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
