"""Runs over many variants that go on while the conversation does."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING
from uuid import uuid4

from genoviz.errors import BadInput, GenovizError
from genoviz.files.folders import process_folder

if TYPE_CHECKING:
    from genoviz.effects.batch import Pace
    from genoviz.effects.file_chunks import Totals

log = logging.getLogger("genoviz.agents")
MOST_JOBS = 4  # that run at the same time


@dataclass
class Job:
    """One run: `totals` once it is done, `error` where it was refused."""

    name: str
    out: Path
    share: float = 0.0
    totals: Totals | None = None
    error: GenovizError | None = None
    running: bool = True
    said: list[str] = field(default_factory=list)


class Jobs:
    """Runs in threads of their own, with their files in a folder that goes when the server ends."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._lock = Lock()

    def start(self, lines: str, run: Callable[[Path, Path, Job], Totals]) -> Job:
        """Start a run over lines of variants.

        Parameters
        ----------
        lines
            Text of a file of variants.
        run
            Called in a thread with the file, the file to write, and the job.
        """
        with self._lock:
            if sum(job.running for job in self._jobs.values()) >= MOST_JOBS:
                raise BadInput(
                    f"{MOST_JOBS} jobs are running.", "No more at the same time.", "Wait until one of them is done."
                )
            name = uuid4().hex[:10]
            source, out = (process_folder() / f"job-{name}{ending}" for ending in (".in", ".tsv"))
            job = self._jobs[name] = Job(name, out)
        source.write_text(lines, encoding="utf-8")
        Thread(target=_work, args=(job, source, run), name=f"job {name}", daemon=True).start()
        return job

    def get(self, name: str) -> Job:
        """A run by its name; `BadInput` for an unknown one."""
        with self._lock:
            job = self._jobs.get(name.strip())
        if job is None:
            raise BadInput(f"There is no job `{name[:40]}`.", "A name that variants_job gave.", "Start the job again.")
        return job


def moved(job: Job) -> Callable[[Pace], None]:
    """What tells a job how far it is."""

    def move(pace: Pace) -> None:
        job.share = pace.share

    return move


def _work(job: Job, source: Path, run: Callable[[Path, Path, Job], Totals]) -> None:
    try:
        job.totals = run(source, job.out, job)
        job.share = 1.0
    except GenovizError as error:
        job.error = error
    except Exception as error:  # the thread ends here: without a word the job would seem to go on
        log.exception("A job failed.")
        job.error = BadInput(f"The job failed ({type(error).__name__}).", "", "The log of the server says more.")
    finally:
        job.running = False
