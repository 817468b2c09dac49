"""Pickled modules and checkpoints: their tensors come out, and nothing in them runs, whatever they say."""

from __future__ import annotations

import collections
import io
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from genoviz.errors import BadCheckpoint
from genoviz.models.inert_pickle import Stub, read_pickle
from genoviz.models.pickled import read, read_pickled
from genoviz.models.tensors import read_tensors


class Odd(nn.Module):
    """A module of a class of its own, with all that `state_dict` treats apart."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv1d(4, 3, 5)
        self.rest = nn.Sequential(nn.BatchNorm1d(3), nn.ReLU(), nn.Linear(3, 2, bias=False))
        self.scale = nn.Parameter(torch.arange(6.0).reshape(2, 3).T)
        self.register_buffer("kept", torch.arange(3))
        self.register_buffer("passing", torch.ones(2), persistent=False)
        self.log = [torch.ones(1)]
        self.again = self.stem


def same(found: dict[str, torch.Tensor], wanted: dict[str, torch.Tensor]) -> bool:
    return list(found) == list(wanted) and all(
        torch.equal(found[k], v) and found[k].dtype == v.dtype for k, v in wanted.items()
    )


@pytest.mark.parametrize("protocol", [2, 4])
def test_a_module_gives_what_its_state_dict_has(protocol: int, tmp_path: Path) -> None:
    module = Odd().half()
    path = tmp_path / "w.pt"
    torch.save(module, path, pickle_protocol=protocol)
    found = read_pickled(path)
    assert sorted(found.tensors) == sorted(module.state_dict())
    assert all(torch.equal(found.tensors[k], v) for k, v in module.state_dict().items())
    assert f"{__name__}.Odd" in found.ignored
    assert "Not run, though the file asks for it: " in found.sentence
    with pytest.raises(BadCheckpoint):  # without its reader on the card such a file stays refused
        read_tensors(path)


def test_a_checkpoint_gives_its_network(tmp_path: Path) -> None:
    state = Odd().state_dict()
    path = tmp_path / "w.ckpt"
    content = {
        "epoch": 3,
        "state_dict": state,
        "hyper_parameters": {"net": nn.Linear(2, 2)},
        "optimizer": [torch.ones(9)],
    }
    torch.save(content, path)
    assert same(read(path), dict(state))
    torch.save({"model": nn.Linear(1, 1), "lr": 0.1}, path)
    assert sorted(read(path)) == ["bias", "weight"]
    torch.save([{"a": torch.ones(1)}, torch.zeros(2)], path)
    assert same(read(path), {"0.a": torch.ones(1), "1": torch.zeros(2)})


# ---- files that were made to do harm --------------------------------------------------------------

CODE = "open('evil', 'w')"


def wrapped(data: bytes, path: Path, **others: bytes) -> Path:
    """A pickle in the archive of torch."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("w/data.pkl", data)
        for name, numbers in others.items():
            archive.writestr(f"w/data/{name.removeprefix('n')}", numbers)
    return path


def reduced(module: str, name: str, *given: str) -> bytes:
    """A pickle that calls a name with texts."""
    texts = b"".join(b"X" + struct.pack("<I", len(text)) + text.encode() for text in given)
    return b"\x80\x02c" + f"{module}\n{name}\n".encode() + b"(" + texts + b"tR"


EVIL: dict[str, bytes] = {
    "exec": reduced("builtins", "exec", CODE) + b".",
    "eval in Python 2's words": reduced("__builtin__", "eval", CODE) + b".",
    "os.system": reduced("posix", "system", "touch evil") + b".",
    "a name with dots": b"\x80\x04\x8c\x08builtins\x8c\x0dexec.__call__\x93("
    + b"X\x11\x00\x00\x00"
    + CODE.encode()
    + b"tR.",
    "an instance in the old way": b"(X\x11\x00\x00\x00" + CODE.encode() + b"ibuiltins\nexec\n.",
    "an object in the old way": b"(cbuiltins\nexec\nX\x11\x00\x00\x00" + CODE.encode() + b"o.",
    "a class that is made anew": b"\x80\x02cbuiltins\nexec\nX\x11\x00\x00\x00" + CODE.encode() + b"\x85\x81.",
    "what a call gave is called": reduced("builtins", "getattr", "x")
    + b"X\x11\x00\x00\x00"
    + CODE.encode()
    + b"\x85R.",
    "a setter of state": b"\x80\x02cos\nsystem\nX\x0a\x00\x00\x00touch evilb.",
    "a known name with attributes": b"\x80\x02ccollections\nOrderedDict\n}X\x0b\x00\x00\x00__setstate__cos\nsystem\nsb)R.",
}


@pytest.mark.parametrize("what", EVIL)
def test_nothing_runs(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's own unpickler runs the first of these; here each is an inert stub in a file without tensors, or is refused."""
    monkeypatch.chdir(tmp_path)
    before = dict(vars(collections.OrderedDict))
    with pytest.raises(BadCheckpoint, match=r"w\.pt"):
        read_tensors(wrapped(EVIL[what], tmp_path / "w.pt"), read)
    with pytest.raises(BadCheckpoint, match=r"w\.pt"):
        read_tensors(wrapped(EVIL[what], tmp_path / "w.pt"))
    assert not Path("evil").exists()
    assert dict(vars(collections.OrderedDict)) == before


def test_the_crafted_files_do_run_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above would show it if something ran."""
    monkeypatch.chdir(tmp_path)
    pickle.loads(EVIL["os.system"])
    assert Path("evil").exists()


def test_what_would_be_called_is_kept_as_words() -> None:
    found, stubs = read_pickle(io.BytesIO(EVIL["os.system"]))
    assert isinstance(found, Stub)
    assert (found.name, found.given) == ("posix.system", ("touch evil",))
    assert stubs == ("posix.system",)


def test_tensors_beside_evil_come_out_and_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Evil:
        def __reduce__(self) -> tuple[Callable[[str], Any], tuple[str]]:
            return exec, (CODE,)

    monkeypatch.chdir(tmp_path)
    torch.save({"a": torch.ones(2), "b": Evil()}, tmp_path / "w.pt")
    found = read_pickled(tmp_path / "w.pt")
    assert list(found.tensors) == ["a"]
    assert found.ignored == ("builtins.exec",)
    assert not Path("evil").exists()


def tensor(size: bytes, stride: bytes, offset: bytes = b"K\x00", kind: bytes = b"FloatStorage") -> bytes:
    """A pickle of one tensor of the numbers `0`."""
    storage = b"(X\x07\x00\x00\x00storagectorch\n" + kind + b"\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x04tQ"
    return (
        b"\x80\x02}X\x01\x00\x00\x00actorch._utils\n_rebuild_tensor_v2\n("
        + storage
        + offset
        + size
        + stride
        + b"\x89}tRs."
    )


DAMAGED: dict[str, tuple[bytes, str]] = {
    "no end": (b"\x80\x02}", "damaged|no end|exhausted"),
    "no mark": (b"\x80\x02t.", "damaged"),
    "an empty stack": (b"\x80\x02R.", "damaged"),
    "a registry's code": (b"\x80\x02\x82\x01.", "EXT1"),
    "a text longer than the file": (b"\x80\x04\x8d" + b"\xff" * 7 + b"\x7f.", "expected|BINUNICODE8"),
    "a number of 5,000 digits": (b"I" + b"9" * 5000 + b"\n.", "digits"),
    "a nest as a key": (b"\x80\x02}" + b")" + b"\x85" * 100_000 + b"K\x01s.", "as a key"),
    "copies of copies": (
        b"\x80\x02X\x00\x40\x00\x00" + b"a" * 0x4000 + b"q\x01" + b"c_codecs\nencode\nh\x01\x85R0" * 5000 + b".",
        "memory",
    ),
    "a tensor beyond its numbers": (tensor(b"K\x05\x85", b"K\x01\x85"), "more than are stored"),
    "a tensor of one number many times": (tensor(b"J\xff\xff\xff\x7f\x85", b"K\x00\x85"), "more than are stored"),
    "a tensor that begins outside": (tensor(b"K\x02\x85", b"K\x01\x85", b"K\x03"), "outside of its numbers"),
    "numbers of an unknown type": (tensor(b"K\x02\x85", b"K\x01\x85", kind=b"OddStorage"), "type torch.OddStorage"),
}  # fmt: skip


@pytest.mark.parametrize("what", DAMAGED)
def test_damaged_and_greedy_files_are_refused(what: str, tmp_path: Path) -> None:
    data, said = DAMAGED[what]
    with pytest.raises(BadCheckpoint, match=said):
        read_tensors(wrapped(data, tmp_path / "w.pt", n0=b"\0" * 16), read)


def test_the_tensor_of_these_tests_is_read_where_it_fits(tmp_path: Path) -> None:
    numbers = struct.pack("<4f", 1, 2, 3, 4)
    found = read(wrapped(tensor(b"K\x02K\x02\x86", b"K\x01K\x02\x86"), tmp_path / "w.pt", n0=numbers))
    assert found["a"].tolist() == [[1, 3], [2, 4]]


def test_archives_that_are_no_file_of_torch(tmp_path: Path) -> None:
    path = tmp_path / "w.pt"
    for make, said in (
        (lambda: path.write_bytes(b"\x80\x02}."), "1.6"),
        (lambda: zipfile.ZipFile(path, "w").close(), "data.pkl"),
        (lambda: torch.save(nn.Linear(1, 1), path, _use_new_zipfile_serialization=False), "1.6"),
    ):
        make()
        with pytest.raises(BadCheckpoint, match=said):
            read_tensors(path, read)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("w/data.pkl", b"\0" * 10_000_000)
    with pytest.raises(BadCheckpoint, match="compressed"):
        read_tensors(path, read)
