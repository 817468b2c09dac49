"""Saturation mutagenesis side by side: plain batching, tangermeme, Captum and this package, in one run.

    python benchmarks/mutagenesis.py              all architectures, about ten minutes on one core
    python benchmarks/mutagenesis.py --quick      the small ones, under a minute
    python benchmarks/mutagenesis.py --plot growth.png

Weights are random where none are bundled: speed does not depend on them. Engines run in turns and medians are printed.
On one thread the time is processor time, which other programs on the machine disturb least. Large networks are measured
on positions in the centre of the sequence, the worst case for an incremental engine; there our self-check (a few plain
predictions per map, however long it is) is left out of "ours" but part of "click". tangermeme's
fast path is forced on, and the time it takes to capture the network is given apart.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from genoviz import incremental
from genoviz.models.catalogue import list_models
from genoviz.models.load import load_model

# -- architectures ----------------------------------------------------------------------------------------------------


def conv_block(inputs: int, outputs: int, size: int, pool: int) -> list[nn.Module]:
    return [nn.Conv1d(inputs, outputs, size, padding=size // 2), nn.BatchNorm1d(outputs), nn.ReLU(), nn.MaxPool1d(pool)]


def dense_block(inputs: int, outputs: int) -> list[nn.Module]:
    return [nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), nn.ReLU(), nn.Dropout(0.3)]


def basset() -> nn.Module:
    """Kelley et al. 2016."""
    return nn.Sequential(
        *conv_block(4, 300, 19, 3), *conv_block(300, 200, 11, 4), *conv_block(200, 200, 7, 4), nn.Flatten(),
        *dense_block(2400, 1000), *dense_block(1000, 1000), nn.Linear(1000, 164),
    )  # fmt: skip


def deepstarr() -> nn.Module:
    """de Almeida et al. 2022."""
    return nn.Sequential(
        *conv_block(4, 256, 7, 2), *conv_block(256, 60, 3, 2), *conv_block(60, 60, 5, 2), *conv_block(60, 120, 3, 2),
        nn.Flatten(), *dense_block(1800, 256), *dense_block(256, 256), nn.Linear(256, 2),
    )  # fmt: skip


class BPNet(nn.Module):
    """Counts head of Avsec et al. 2021, with dilated residual convolutions."""

    def __init__(self, channels: int = 64, layers: int = 8) -> None:
        super().__init__()
        self.first = nn.Conv1d(4, channels, 21, padding=10)
        self.layers = nn.ModuleList(
            nn.Conv1d(channels, channels, 3, padding=2**i, dilation=2**i) for i in range(1, layers + 1)
        )
        self.counts = nn.Linear(channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.first(x))
        for layer in self.layers:
            x = x + F.relu(layer(x))
        crop = x.shape[2] // 4
        return self.counts(x[:, :, crop : x.shape[2] - crop].mean(2))


class DanQ(nn.Module):
    """Quang and Xie 2016."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.pool = nn.Conv1d(4, 320, 26), nn.MaxPool1d(13)
        self.lstm = nn.LSTM(320, 320, bidirectional=True, batch_first=True)
        self.dense, self.last = nn.Linear(75 * 640, 925), nn.Linear(925, 919)

    def forward(self, x: Tensor) -> Tensor:
        x, _ = self.lstm(self.pool(F.relu(self.conv(x))).transpose(1, 2))
        return torch.sigmoid(self.last(F.relu(self.dense(x.flatten(1)))))


class SpliceAI(nn.Module):
    """Jaganathan et al. 2019: log-probability of an acceptor, summed over all 5,000 positions, or at the central one."""

    def __init__(self, context: int, site: bool = False) -> None:
        super().__init__()
        self.context, self.site = context, site
        groups = {400: 2, 2000: 3, 10000: 4}[context]
        self.first, self.last = nn.Conv1d(4, 32, 1), nn.Conv1d(32, 3, 1)
        self.skips = nn.ModuleList(nn.Conv1d(32, 32, 1) for _ in range(groups + 1))
        self.norms, self.convs = nn.ModuleList(), nn.ModuleList()
        for size, dilation in ((11, 1), (11, 4), (21, 10), (41, 25))[:groups]:
            for _ in range(8):
                self.norms.append(nn.BatchNorm1d(32))
                self.convs.append(nn.Conv1d(32, 32, size, dilation=dilation, padding=(size - 1) * dilation // 2))

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        total = self.skips[0](x)
        for i in range(0, len(self.convs), 2):
            inner = self.convs[i](F.relu(self.norms[i](x)))
            x = x + self.convs[i + 1](F.relu(self.norms[i + 1](inner)))
            if i % 8 == 6:
                total = total + self.skips[i // 8 + 1](x)
        half = self.context // 2
        y = F.log_softmax(self.last(total[:, :, half:-half]), 1)[:, 1]
        return y[:, 2500:2501] if self.site else y.sum(1, keepdim=True)


class Transformer(nn.Module):
    """Four layers on 512 tokens of one base."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv1d(4, 128, 9, padding=4)
        self.place = nn.Parameter(torch.randn(1, 512, 128) * 0.02)
        layer = nn.TransformerEncoderLayer(128, 4, 512, batch_first=True, norm_first=True, dropout=0.0)
        self.layers = nn.TransformerEncoder(layer, 4, enable_nested_tensor=False)
        self.last = nn.Linear(128, 8)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.layers(F.gelu(self.first(x)).transpose(1, 2) + self.place).mean(1))


class Bundled(nn.Module):
    """A model of the catalogue, all its outputs side by side."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.model = load_model(name)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([y.flatten(1) for y in self.model.logits(x).values()], 1)


@dataclass(frozen=True)
class Case:
    """A network and the positions to measure; None: the whole map."""

    name: str
    build: Callable[[], nn.Module]
    length: int
    positions: int | None = None
    quick: bool = False


CASES = [
    Case("DeepSTARR-like", deepstarr, 249, quick=True),
    Case("Basset-like", basset, 600, quick=True),
    Case("BPNet-like", BPNet, 2114, 48),
    Case("DanQ-like", DanQ, 1000, 39),
    Case("SpliceAI-like 400", lambda: SpliceAI(400), 5400, 24),
    Case("SpliceAI-like 400, one site", lambda: SpliceAI(400, True), 5400, 24),
    Case("SpliceAI-like 2,000", lambda: SpliceAI(2000), 7000, 8),
    Case("SpliceAI-like 10,000", lambda: SpliceAI(10000), 15000, 4),
    Case("transformer", Transformer, 512, 12),
]


def bundled_cases() -> list[Case]:
    """Every trained model of the catalogue whose weights are here."""
    cases = []
    for card in list_models():
        if card.file:
            cases.append(Case(card.name, lambda name=card.name: Bundled(name), card.length, quick=True))  # type: ignore[misc]
    return cases


def randomise(model: nn.Module) -> nn.Module:
    """Batch norms that are not the identity; evaluation mode."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm1d) and module.running_mean is not None and module.running_var is not None:
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    return model.eval().requires_grad_(False)


def random_sequence(length: int, seed: int = 0) -> Tensor:
    """One-hot (1, 4, length)."""
    letters = torch.randint(0, 4, (length,), generator=torch.Generator().manual_seed(seed))
    return F.one_hot(letters, 4).t().float()[None].contiguous()


# -- engines ----------------------------------------------------------------------------------------------------------


class Engines:
    """Each method computes every substitution in [start, end) of one sequence: (4, positions, outputs), or nothing."""

    def __init__(self, model: nn.Module, x: Tensor, start: int, end: int) -> None:
        self.model, self.x, self.start, self.end = model, x, start, end
        self.reference: incremental.Reference | None = None
        self.plan: incremental.Plan | None = None
        self.capture = 0.0
        self.done_in_capture = 0  # edits of the plain batch with which tangermeme begins
        self.batch = 16

    def plain(self, batch: int | None = None, rows: int | None = None) -> Tensor:
        """Batches of mutants without gradients."""
        mutants = []
        outputs = []
        count = rows or 3 * (self.end - self.start)
        batch = batch or self.batch
        with torch.inference_mode():
            for row in range(count):
                mutants.append((self.start + row // 3, row % 3))
                if len(mutants) == batch or row == count - 1:
                    x = self.x.repeat(len(mutants), 1, 1)
                    for i, (position, step) in enumerate(mutants):
                        old = int(self.x[0, :, position].argmax())
                        x[i, :, position] = 0
                        x[i, (old + step + 1) % 4, position] = 1
                    outputs.append(self.model(x))
                    mutants.clear()
        return torch.cat(outputs)

    def best_batch(self, clock: Callable[[], float]) -> int:
        """The batch size that is fastest for plain batching."""
        times = {}
        for batch in (4, 8, 16, 32) if self.x.shape[2] < 3000 else (4, 8):
            rows = min(3 * (self.end - self.start), batch)
            self.plain(batch, rows)
            began = clock()
            self.plain(batch, rows)
            times[batch] = (clock() - began) / rows
        return min(times, key=times.__getitem__)

    def tangermeme(self, *, force: bool, batch: int = 32) -> Tensor:
        """Its own function as called, or with the fast path forced on and the time for capturing kept apart."""
        from tangermeme import saturation_mutagenesis as module

        kept: tuple[Any, ...] = (module._FAST_MIN_SECONDS, module._FAST_MAX_RELATIVE_TIME, module._fast_path)
        self.capture = 0.0

        def timed(*args: Any) -> Any:
            began = self.clock()
            result = kept[2](*args)
            self.capture += self.clock() - began
            self.done_in_capture = result[2]
            return result

        try:
            if force:
                module._FAST_MIN_SECONDS, module._FAST_MAX_RELATIVE_TIME, module._fast_path = 0.0, 1e9, timed
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                result = module.saturation_mutagenesis(
                    self.model, self.x, start=self.start, end=self.end, batch_size=batch, raw_outputs=True, device="cpu"
                )
        finally:
            module._FAST_MIN_SECONDS, module._FAST_MAX_RELATIVE_TIME, module._fast_path = kept
        return result.y_hat[0].transpose(0, 1) if result.y_hat.shape[1] != 4 else result.y_hat[0]

    clock: Callable[[], float] = staticmethod(time.perf_counter)

    def captum(self) -> None:
        """Three feature ablations, each with the sequence rolled by one letter as baseline: exactly this map."""
        from captum.attr import FeatureAblation

        mask = torch.zeros(1, 1, self.x.shape[2], dtype=torch.long)
        mask[0, 0, self.start : self.end] = torch.arange(1, self.end - self.start + 1)
        ablation = FeatureAblation(lambda z: self.model(z).sum(1))
        with torch.no_grad():
            for step in (1, 2, 3):
                ablation.attribute(
                    self.x, baselines=self.x.roll(step, 1), feature_mask=mask, perturbations_per_eval=self.batch
                )

    def ours(self, *, fresh: bool) -> Tensor:
        """The map; fresh: with recording, planning and the reference pass."""
        if fresh or self.reference is None:
            self.plan = incremental.plan(self.model, self.x.shape[2])
            self.reference = self.plan.reference(self.x)
        elif self.plan is not None and self.end - self.start < self.x.shape[2]:
            self.plan.check_count = lambda edits: 0  # type: ignore[method-assign]
        return self.reference.saturate(self.start, self.end)


# -- measuring --------------------------------------------------------------------------------------------------------


def peak_of(clock: Callable[[], float]) -> float:
    """Products of large matrices, in GFLOP per second: the machine's peak as this library reaches it."""
    a, b = torch.randn(1024, 1024), torch.randn(1024, 1024)
    best = float("inf")
    for _ in range(8):
        began = clock()
        a @ b
        best = min(best, clock() - began)
    return 2 * 1024**3 / best / 1e9


def measure(case: Case, rounds: int, clock: Callable[[], float], peak: float, skip: set[str]) -> dict[str, float]:
    """Milliseconds per edit of every engine, and how exact they are."""
    torch.manual_seed(0)
    model, x = randomise(case.build()), random_sequence(case.length)
    count = min(case.length, case.positions or case.length)
    start = (case.length - count) // 2
    engines = Engines(model, x, start, start + count)
    engines.clock = clock
    edits = 3 * count
    engines.batch = engines.best_batch(clock)
    mine = engines.ours(fresh=True)
    expected = engines.plain()
    rows = torch.arange(count)
    old = x[0, :, start : start + count].argmax(0)
    picked = torch.stack([mine[(old + step + 1) % 4, rows] for step in range(3)], 1).reshape(edits, -1)
    scale = float(expected.abs().max())
    found = {"error": float((picked - expected).abs().max()) / scale, "edits": edits, "batch": engines.batch}
    jobs: dict[str, Callable[[], object]] = {
        "plain": engines.plain,
        "ours": lambda: engines.ours(fresh=False),
        "ours, click to map": lambda: engines.ours(fresh=True),
        "tangermeme": lambda: engines.tangermeme(force=False),
        "tangermeme fast": lambda: engines.tangermeme(force=True, batch=32 if case.length < 3000 else 8),
        "captum": engines.captum,
    }
    times: dict[str, list[float]] = {name: [] for name in jobs if name not in skip}
    captures = []
    for _ in range(rounds):
        for name in times:
            began = clock()
            jobs[name]()
            taken = clock() - began
            if name == "tangermeme fast":
                captures.append(engines.capture)
                taken = max(taken - engines.capture, 1e-9) * edits / max(1, edits - engines.done_in_capture)
            times[name].append(taken)
    found |= {name: 1e3 * statistics.median(values) / edits for name, values in times.items()}
    found["map"] = statistics.median(times["ours"]) if count == case.length else float("nan")
    found["capture"] = statistics.median(captures) if captures else float("nan")
    program = engines.plan.program if engines.plan is not None else None
    if program is not None and engines.plan is not None and not engines.plan.prefers_plain:
        products = sum(map(program.work, program.executed()))
        found["peak"] = 2 * products * edits / statistics.median(times["ours"]) / 1e9 / peak
    return found


COLUMNS = ("plain", "captum", "tangermeme", "tangermeme fast", "ours")


def print_table(name: str, found: dict[str, float], first: bool) -> None:
    """One line; ms per edit, and how many times our time that is."""
    if first:
        print(f"{'ms per edit (times ours)':<28}" + "".join(f"{column:>20}" for column in COLUMNS) + f"{'error':>9}"
              f"{'peak':>6}{'whole map':>11}{'click':>9}{'tm capture':>11}")  # fmt: skip
    cells = []
    for column in COLUMNS:
        if column not in found:
            cells.append("-")
            continue
        value = found[column]
        cells.append(f"{value:.4g}" + (f" ({value / found['ours']:.1f}x)" if column != "ours" else ""))
    whole = f"{found['map']:.3f} s" if found["map"] == found["map"] else "-"
    click = found["ours, click to map"] * found["edits"] / 1e3
    share = f"{found['peak']:.0%}" if "peak" in found else "-"
    print(f"{name:<28}" + "".join(f"{cell:>20}" for cell in cells) + f"{found['error']:>9.0e}{share:>6}{whole:>11}"
          f"{click:>7.2f} s{found['capture']:>9.1f} s", flush=True)  # fmt: skip


def plot_growth(path: str, clock: Callable[[], float]) -> None:
    """Seconds per map against length for a network with a local receptive field."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    lengths, ours, plain = [500, 1000, 2000, 4000], [], []
    model = randomise(BPNet(32, 5))
    for length in lengths:
        engines = Engines(model, random_sequence(length), 0, length)
        engines.ours(fresh=True)
        began = clock()
        engines.ours(fresh=False)
        ours.append(clock() - began)
        began = clock()
        engines.plain(16, 48)
        plain.append((clock() - began) / 48 * 3 * length)
        print(f"length {length:>5}: ours {ours[-1]:.2f} s, plain {plain[-1]:.1f} s (from 48 edits)")
    figure, axes = pyplot.subplots(figsize=(5, 4))
    axes.loglog(lengths, plain, "o-", label="plain batching (extrapolated)")
    axes.loglog(lengths, ours, "o-", label="incremental")
    axes.set_xlabel("length (bases)")
    axes.set_ylabel("seconds per map")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path)
    pyplot.close(figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="only the small networks, one round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", default="", help="networks whose name contains this")
    parser.add_argument("--skip", default="", help="engines to leave out, separated by commas")
    parser.add_argument("--plot", metavar="FILE", help="draw the growth with length")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    clock = time.process_time if given.threads == 1 else time.perf_counter
    peak = peak_of(clock)
    print(f"torch {torch.__version__}, {given.threads} thread(s), measured peak {peak:.0f} GFLOP/s")
    skip = {name.strip() for name in given.skip.split(",")}
    first = True
    for case in [*bundled_cases(), *CASES]:
        if given.only.lower() in case.name.lower() and (case.quick or not given.quick):
            found = measure(case, 1 if given.quick else given.rounds, clock, peak, skip)
            print_table(case.name, found, first)
            first = False
    if given.plot:
        plot_growth(given.plot, clock)


if __name__ == "__main__":
    main()
