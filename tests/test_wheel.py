"""The wheel, built and installed into an empty environment elsewhere, is the whole application."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from genoviz import __version__
from genoviz.files.installed import APP, CHECKPOINTS
from genoviz.lessons.examples import EXAMPLES

pytestmark = [pytest.mark.wheel, pytest.mark.xdist_group("wheel")]  # built once, by one process

ROOT = Path(__file__).parents[1]
FOLDERS = (".ci", ".streamlit", "benchmarks", "checkpoints", "docs", "genoviz", "pages", "tests")
PREDICT = ("predict", "tfbind.encode10", "--sequence", EXAMPLES[0].sequence.bases)


def run(command: Sequence[str | Path], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder; what it says when it fails is the test's message."""
    done = subprocess.run(
        command, cwd=folder, env=clean() | environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done


def clean() -> dict[str, str]:
    """The environment without what would lead Python back to the checkout."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GENOVIZ", "STREAMLIT"))
    }


def contents(wheel: Path) -> dict[str, str]:
    """Checksum of every file in a wheel, by name."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy, so that building leaves nothing in the checkout and finds nothing of an earlier build there."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file() and path.name != ".git":
            shutil.copy(path, folder)
    return folder


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that `make wheel` makes: from the source package."""
    folder = tmp_path_factory.mktemp("dist")
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder], checkout)
    assert (folder / f"genoviz-{__version__}.tar.gz").is_file()
    (made,) = folder.glob("*.whl")
    assert made.name == f"genoviz-{__version__}-py3-none-any.whl"
    return made


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an empty environment with the wheel; dependencies come from the running one."""
    home = tmp_path_factory.mktemp("environment")
    run([sys.executable, "-m", "venv", home], home)
    programs = home / ("Scripts" if sys.platform == "win32" else "bin")
    run([programs / "python", "-m", "pip", "install", "--no-deps", "--no-index", wheel], home)
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(run([programs / "python", "-c", code], home).stdout.strip())
    # Of a folder named in a .pth file Python reads no .pth files: an editable genoviz of the running environment is not found.
    running = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    (packages / "running.pth").write_text("\n".join(running) + "\n", encoding="utf-8")
    return programs


@pytest.fixture
def page(programs: Path, tmp_path: Path) -> Iterator[str]:
    """`genoviz run` from a folder with the model of CONTRIBUTING; yields `host:port` once the server is up."""
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.S)
    (tmp_path / "my_package.py").write_text(code, encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    environment = clean() | {"GENOVIZ_MODELS": "mymodel.v1=my_package:MyModel"}
    said = tmp_path / "said.txt"
    with (
        said.open("w") as output,
        subprocess.Popen(
            [programs / "genoviz", "run", "--no-browser", "--port", str(port)],
            cwd=tmp_path,
            env=environment,
            stdout=output,
            stderr=output,
        ) as process,
    ):
        try:
            wait_for(f"http://localhost:{port}/_stcore/health", process, said)
            yield f"localhost:{port}"
            assert "Traceback" not in said.read_text()
        finally:
            process.terminate()


def wait_for(address: str, process: subprocess.Popen[bytes], said: Path) -> None:
    for _ in range(480):
        assert process.poll() is None, said.read_text()
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.25)
    pytest.fail(f"no answer in two minutes: {said.read_text()}")


def visit(page: str, query: str) -> list[ForwardMsg]:
    """What the server sends to a browser that opens the first page, until its script has ended."""
    request = BackMsg()
    request.rerun_script.query_string = query
    sent: list[ForwardMsg] = []
    with connect(f"ws://{page}/_stcore/stream", subprotocols=["streamlit"], max_size=None) as stream:  # type: ignore[list-item]
        stream.send(request.SerializeToString())
        while not sent or sent[-1].WhichOneof("type") != "script_finished":
            sent.append(ForwardMsg.FromString(stream.recv(timeout=120)))
    return sent


def test_the_wheel_holds_the_whole_application(checkout: Path, wheel: Path) -> None:
    package = {path.relative_to(checkout).as_posix() for path in (checkout / "genoviz").rglob("*") if path.is_file()}
    beside = [path for path in (checkout / "checkpoints").iterdir() if path.suffix in (".json", ".safetensors")]
    beside += [*(checkout / "pages").rglob("*.py"), checkout / "app.py", checkout / ".streamlit" / "config.toml"]
    inside = {f"genoviz/_app/{path.relative_to(checkout).as_posix()}" for path in beside}
    names = set(contents(wheel))
    assert {name for name in names if ".dist-info/" not in name} == package | inside
    assert len(inside) > 2 * len(list(CHECKPOINTS.glob("*.safetensors"))) > 30


def test_the_wheel_of_the_checkout_is_that_of_the_source_package(checkout: Path, wheel: Path, tmp_path: Path) -> None:
    run([sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path], checkout)
    assert contents(tmp_path / wheel.name) == contents(wheel)


def test_what_runs_is_what_was_installed(programs: Path, tmp_path: Path) -> None:
    code = "import genoviz, genoviz.files.installed as i; print(genoviz.__file__, i.APP, i.CHECKPOINTS, sep='\\n')"
    paths = [Path(line) for line in run([programs / "python", "-c", code], tmp_path).stdout.splitlines()]
    assert len(paths) == 3
    for path in paths:
        assert path.exists()
        assert path.is_relative_to(programs.parent.resolve())
    assert (APP.parent, CHECKPOINTS.parent) == (ROOT, ROOT)  # here, the checkout


@pytest.mark.parametrize("words", [PREDICT, ("models",)], ids=lambda words: words[0])
def test_commands_say_what_they_say_in_the_checkout(programs: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    installed = run([programs / "genoviz", *words], tmp_path)
    here = run([sys.executable, "-m", "genoviz", *words], ROOT)
    assert installed.stdout == here.stdout
    assert "tfbind.encode10" in installed.stdout
    assert installed.stderr == here.stderr
    assert "missing" not in installed.stderr
    assert words[0] == "models" or installed.stderr == ""  # `models` says where DeepBind's are


def test_one_version(programs: Path, tmp_path: Path) -> None:
    for command in ([programs / "genoviz"], [programs / "python", "-m", "genoviz"]):
        done = run([*command, "--version"], tmp_path)
        assert (done.stdout, done.stderr) == (f"genoviz {__version__}\n", "")
    code = "from importlib.metadata import version; print(version('genoviz'))"
    assert run([programs / "python", "-c", code], tmp_path).stdout.strip() == __version__


def test_the_page_answers(page: str) -> None:
    """A browser's session: the settings beside the app hold, the example is explained, the user's own model is listed."""
    sent = visit(page, f"v=1&example={EXAMPLES[0].key}")
    assert sent[-1].script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
    (start,) = [message.new_session for message in sent if message.WhichOneof("type") == "new_session"]
    assert start.custom_theme.primary_color == "#2563a8"
    elements = [m.delta.new_element for m in sent if m.WhichOneof("type") == "delta"]
    kinds = [element.WhichOneof("type") for element in elements]
    assert "exception" not in kinds
    assert [e.alert.body for e in elements if e.alert.body and e.alert.format == Alert.ERROR] == []
    assert "bidi_component" in kinds  # the viewer, with its scripts and styles
    (models,) = [e.selectbox.options for e in elements if e.selectbox.label == "Model"]
    assert {"TF binding, 10 ENCODE factors", "My model"} <= set(models)
