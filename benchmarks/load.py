"""Many users at once: real sessions over Streamlit's protocol, with each answer held against that of a user alone.

Run: python benchmarks/load.py --sessions 20 50
     python benchmarks/load.py --soak 500

A user alone goes through some scenarios (examples, pasted sequences, models, edits, variants); then so many sessions at once go
through the same ones, each with its own pauses between two actions. Reported are the seconds of an action, errors, wrong
answers, and what the server needs. `--think 0` leaves out the pauses: then the actions a second are all that it can do.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from array import array
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.browser_session import BrowserSession

ROOT = Path(__file__).resolve().parents[1]
MODELS = ("TF binding, 10 ENCODE factors", "Yeast factors along the genome", "E. coli promoter activity, word counts")
EXAMPLES = ("ets", "nrse", "ebox", "sigma70", "donor", "rap1")
VARIANTS = ("chrT1-2646-G-T", "chrT1-10719-G-T", "chrT1-2384-ATAT-A", "chrT1-10725-A-C", "chrT1-2700-A-G")
LENGTHS = (101, 150, 300, 744)
# What says how fast the computer is, or how far something has come, differs from run to run and is no answer.
PASSING = re.compile(r"about [0-9.,]+ (s|min)\b|asked so far|Asking|[Ww]aiting|longer than estimated|stands? out")
SAME = 1e-5  # largest difference of a number in a track; batches of another size round differently


@dataclass
class Answer:
    """What one action gave."""

    name: str
    seconds: float
    error: str = ""
    texts: list[str] = field(default_factory=list)
    viewer: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Server:
    """A server of the app, started here or elsewhere."""

    host: str
    pid: int = 0
    temp: Path | None = None

    def usage(self) -> dict[str, float]:
        """Memory (MB), processor seconds, threads, open files and temporary folders; empty where it runs elsewhere."""
        if not self.pid or not Path(f"/proc/{self.pid}").is_dir():
            return {}
        status = Path(f"/proc/{self.pid}/status").read_text()
        numbers = {key: int(rest.split()[0]) for key, rest in re.findall(r"^(VmRSS|Threads):\s+(.*)$", status, re.M)}
        times = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return {
            "memory_mb": numbers["VmRSS"] / 1024,
            "processor_s": (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK"),
            "threads": numbers["Threads"],
            "files": len(os.listdir(f"/proc/{self.pid}/fd")),
            "folders": len(list(self.temp.glob("genoviz-sessions-*/*"))) if self.temp else 0,
        }


@contextmanager
def started(port: int = 0) -> Iterator[Server]:
    """A server of this checkout with a temporary folder of its own."""
    with socket.socket() as probe:
        probe.bind(("localhost", port))
        port = probe.getsockname()[1]
    temp = Path(tempfile.mkdtemp(prefix="genoviz-load-"))
    command = [sys.executable, "-m", "genoviz", "run", "--no-browser", "--port", str(port)]
    environment = dict(os.environ) | {"TMPDIR": str(temp)}
    with (
        (temp / "log").open("w") as log,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            for _ in range(240):
                time.sleep(0.5)
                if _healthy(port):
                    break
            yield Server(f"localhost:{port}", process.pid, temp)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
    shutil.rmtree(temp, ignore_errors=True)


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


async def scenario(server: Server, number: int, think: float, seed: int) -> list[Answer]:
    """What one user does, decided by `number`; the pauses (mean `think` seconds) by `seed`."""
    draw, pauses = random.Random(1000 + number), random.Random(seed)
    session = BrowserSession(server.host)
    answers: list[Answer] = []

    async def act(name: str, action: Callable[[], Awaitable[float | None]]) -> None:
        if think:
            await asyncio.sleep(pauses.expovariate(1 / think))
        began = time.perf_counter()
        await action()
        answers.append(Answer(name, time.perf_counter() - began, texts=told(session), viewer=session.viewer()))
        doing[0] = name

    doing = [""]
    try:
        await act("open", session.open)
        example = draw.choice(EXAMPLES)
        await act("example", lambda: session.click(key=f"example_{example}"))
        await act("model", set_model := lambda: session.set("model", draw.choice(MODELS)))
        await act("box", lambda: session.click(key="given_change"))
        session.fill("box_text", "".join(draw.choice("ACGT") for _ in range(draw.choice(LENGTHS))))
        await act("paste", lambda: session.click(key="box_go"))
        await act("model", set_model)
        for edit in (f"ins {draw.randrange(5, 60)} ACGT", f"del {draw.randrange(5, 60)}"):
            await act("edit", partial(session.set, "", edit, label="Type an edit"))
        variant = draw.choice(VARIANTS)
        await act("variants", lambda: session.run(page="variants"))
        await act("variant", lambda: session.click(key="variant example chrT1-10719-G-T"))
        await act("variant", lambda: session.set("variant_text", variant))
        await act("back", lambda: session.run(page=""))
        await act("at rest", session.settle)
        await session.close()
    except Exception as error:
        answers.append(Answer("abandoned", 0.0, error=f"after {doing[0]}: {type(error).__name__}: {error}"[:300]))
    for kind, message in session.exceptions:
        answers.append(Answer("exception", 0.0, error=f"{kind}: {message}"[:300]))
    return answers


def told(session: BrowserSession) -> list[str]:
    """The sentences of a page that must be the same for everybody who asks the same."""
    return [text for text in session.texts() if not PASSING.search(text)]


def differences(found: Answer, right: Answer) -> list[str]:
    """In what an answer differs from the one that a user alone got."""
    wrong = [f"{found.name}: `{text[:120]}`" for text in sorted(set(found.texts) ^ set(right.texts))]
    for key in ("title", "seq"):
        if found.viewer.get(key) != right.viewer.get(key):
            wrong.append(f"{found.name}: the viewer's {key}")
    mine, theirs = tracks(found.viewer), tracks(right.viewer)
    for title in mine.keys() & theirs.keys():
        a, b = mine[title], theirs[title]
        if len(a) != len(b) or any(abs(x - y) > SAME for x, y in zip(a, b, strict=True)):
            wrong.append(f"{found.name}: the numbers of the track {title}")
    return wrong


def tracks(viewer: dict[str, Any]) -> dict[str, list[float]]:
    """The numbers of each track, without nan."""
    return {
        str(track.get("title")): list(numbers(track.get("values", track.get("rows"))))
        for track in viewer.get("tracks", [])
    }


def numbers(value: Any) -> Iterator[float]:
    """All numbers of a value as it is sent: lists, or base64 of 32-bit floats."""
    if isinstance(value, str):
        yield from numbers(list(array("f", base64.b64decode(value))))
    elif isinstance(value, list):
        for item in value:
            yield from numbers(item)
    elif isinstance(value, (int, float)):
        yield 0.0 if value != value else float(value)


async def measure(server: Server, sessions: int, think: float, right: list[list[Answer]]) -> None:
    """So many sessions at once, and what came of it."""
    before, began, most = server.usage(), time.monotonic(), [server.usage()]

    async def watch() -> None:
        while True:
            await asyncio.sleep(0.5)
            most.append(server.usage())

    watching = asyncio.create_task(watch())
    found = await asyncio.gather(*(scenario(server, i % len(right), think, i) for i in range(sessions)))
    wall = time.monotonic() - began
    watching.cancel()
    wrong = [
        text
        for i, answers in enumerate(found)
        for one, other in zip(answers, right[i % len(right)], strict=False)
        if not one.error and not other.error
        for text in differences(one, other)
    ]
    errors = [answer.error for answers in found for answer in answers if answer.error]
    times, by_name = [], defaultdict(list)
    for answers in found:
        for answer in answers:
            if not answer.error:
                times.append(answer.seconds)
                by_name[answer.name].append(answer.seconds)
    print(f"\n{sessions} sessions, mean pause {think:g} s: {len(times)} actions in {wall:.0f} s, ", end="")
    print(f"{len(times) / wall:.2f} a second; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"  all        {summary(times)}")
    for name, some in by_name.items():
        print(f"  {name:10s} {summary(some)}")
    print(f"  errors {len(errors)}, wrong answers {len(wrong)}")
    for text in (errors + wrong)[:8]:
        print(f"    {text}")
    if before:
        used = server.usage()["processor_s"] - before["processor_s"]
        print(f"  processor {used:.0f} s ({used / max(1, len(times)):.2f} s an action)", end="")
        for key, unit in (("memory_mb", "MB"), ("threads", "threads"), ("files", "files"), ("folders", "folders")):
            print(f"; {unit} {before[key]:.0f} -> {max(x[key] for x in most if x):.0f} at most", end="")
        print()


def summary(times: list[float]) -> str:
    """Median, 95th percentile and largest of some seconds."""
    ordered = sorted(times)
    last = len(ordered) - 1
    return f"n {len(ordered):4d}  p50 {statistics.median(ordered):6.2f}  p95 {ordered[round(0.95 * last)]:6.2f}  max {ordered[-1]:6.2f} s"


async def soak(server: Server, actions: int) -> None:
    """One user acts on and on; what the server holds may not grow."""
    draw, session = random.Random(5), BrowserSession(server.host)
    await session.open()
    await session.click(key="example_ets")
    for i in range(actions + 1):
        if i % max(1, actions // 10) == 0:
            usage = server.usage()
            print(f"  {i:6d} actions: " + ", ".join(f"{key} {value:.0f}" for key, value in usage.items()), flush=True)
        bases = "".join(draw.choice("ACGT") for _ in range(101))
        if i % 6 == 0:
            await session.run(page="")
        elif i % 6 == 1:
            if session.has(key="given_change"):
                await session.click(key="given_change")
            session.fill("box_text", bases)
            await session.click(key="box_go")
        elif i % 6 in (2, 3):
            await session.set(
                "",
                label="Type an edit",
                value=f"{'ins' if i % 6 == 2 else 'del'} {draw.randrange(2, 90)}" + (" ACG" if i % 6 == 2 else ""),
            )
        elif i % 6 == 4:
            await session.run(page="variants")
        else:
            await session.set("variant_text", draw.choice(VARIANTS))
        if i % 50 == 49:  # a tab is closed and another one opened
            await session.close()
            session = BrowserSession(server.host)
            await session.open()
            await session.click(key="example_ets")
    await session.close()


async def main() -> None:
    """Measure as the command line says."""
    say = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    say.add_argument("--sessions", type=int, nargs="*", default=[20, 50], help="how many at once, one run for each")
    say.add_argument("--think", type=float, default=10.0, help="mean seconds between two actions of a user")
    say.add_argument("--scenarios", type=int, default=8, help="how many different users there are")
    say.add_argument("--soak", type=int, default=0, help="instead: one user with so many actions")
    say.add_argument("--host", default="", help="HOST:PORT of a server that runs; else one is started")
    chosen = say.parse_args()
    if chosen.soak:
        with serving(chosen.host) as server:
            await soak(server, chosen.soak)
        return
    with serving(chosen.host) as server:
        right = [await scenario(server, number, 0.0, 0) for number in range(chosen.scenarios)]
    alone = [answer.seconds for answers in right for answer in answers if not answer.error]
    for answer in (answer for answers in right for answer in answers if answer.error):
        print(f"    {answer.error}")
    print(f"a user alone   {summary(alone)}; load average {os.getloadavg()[0]:.1f}", flush=True)
    for sessions in chosen.sessions:
        with serving(chosen.host) as server:  # a new one, which knows none of the answers
            await measure(server, sessions, chosen.think, right)


@contextmanager
def serving(host: str) -> Iterator[Server]:
    """The server at `host`, or a new one."""
    if host:
        yield Server(host)
        return
    with started() as server:
        yield server


if __name__ == "__main__":
    asyncio.run(main())
