"""Recipe of `bpnet.yeast`: where ten proteins sit along the yeast genome.

Data: ChIP-exo peak summits (Rossi et al. 2021, Nature 592:309, GEO GSE147927) on sacCer3. The tables hold summits and no
reads, so a profile is the rate of summits per base. Whole chromosomes are held out.
"""

from __future__ import annotations

import csv
import gzip
import logging
from collections.abc import Callable, Iterator
from collections.abc import Sequence as Seq
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from genoviz.errors import BadInput
from genoviz.genomes.genome import Genome
from genoviz.models.base import Model
from genoviz.models.ensemble import Ensemble
from genoviz.models.onehot import encode_codes
from genoviz.motifs.files import read_motifs
from genoviz.motifs.motif import Motif
from genoviz.networks.bpnet import BPNet, BPNetConfig, ProfileModel
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.shuffle import shuffle_rows
from genoviz.training.genomes import LOCUS
from genoviz.training.loop import Schedule, fit
from genoviz.training.save import save_checkpoint, written_card
from genoviz.training.scores import SHUFFLES, Row, beside, logits_of, quantiles, score_row
from genoviz.training.tables import Examples, find_folder
from genoviz.trust.out_of_distribution import input_profile

log = logging.getLogger("genoviz.training")

NAME = "bpnet.yeast"
TRACKS = ("Reb1", "Abf1", "Rap1", "Mcm1", "Cbf1", "Fkh1", "Ume6", "Hsf1", "Swi4", "Sua7")
TEST = ("chrVIII", "chrXIII", "chrXV")
VALIDATION = ("chrX",)
PROFILE = 600  # bases that the profile covers
BIN = 50  # bases; a bin of the profile is one test item
CONFIG = BPNetConfig(outputs=len(TRACKS))
LENGTH = PROFILE + 2 * CONFIG.context
SMOOTH = 6  # a summit is spread over so many bases on each side, as a triangle
SCHEDULE = Schedule(epochs=12, patience=6, learning_rate=6e-3, weight_decay=1e-3)
MEMBERS = 3
BATCH = 64
COMPLEMENT = np.zeros(256, dtype=np.uint8)
COMPLEMENT[np.frombuffer(b"ACGTN", dtype=np.uint8)] = np.frombuffer(b"TGCAN", dtype=np.uint8)


class Chromosomes:
    """Bases and summits of some chromosomes: ASCII codes `(length,)` and summit counts `(tracks, length)`."""

    def __init__(self, genome: Genome, peaks: list[tuple[int, str, int]], names: tuple[str, ...]) -> None:
        self.names = names
        self.bases = [np.frombuffer(genome.bases(n, 0, genome.chromosomes[n]).encode(), dtype=np.uint8) for n in names]
        self.summits = [np.zeros((len(TRACKS), len(b)), dtype=np.uint8) for b in self.bases]
        for track, chrom, at in peaks:
            if chrom in names:
                self.summits[names.index(chrom)][track, at] += 1

    def windows(self, offset: int = 0) -> list[tuple[int, int]]:
        """Chromosome and first base of every profile, side by side from `offset` on."""
        return [
            (i, start)
            for i, bases in enumerate(self.bases)
            for start in range(CONFIG.context + offset, len(bases) - PROFILE - CONFIG.context + 1, PROFILE)
        ]

    def loci(self) -> NDArray[np.int64]:
        """For every profile of `windows()` the number `(n,)` of the stretch of `LOCUS` bases in which it begins."""
        places = [(i, start // LOCUS) for i, start in self.windows()]
        return np.unique(places, axis=0, return_inverse=True)[1].ravel().astype(np.int64)

    def read(self, windows: list[tuple[int, int]]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Bases `(n, LENGTH)` and summits `(n, tracks, PROFILE)` of windows."""
        c = CONFIG.context
        return (
            np.stack([self.bases[i][start - c : start + PROFILE + c] for i, start in windows]),
            np.stack([self.summits[i][:, start : start + PROFILE] for i, start in windows]),
        )


def read(data: Path) -> tuple[Chromosomes, Chromosomes, Chromosomes]:
    """Training, validation and test chromosomes; the mitochondrial one is left out."""
    folder = find_folder(data, "tf_chipexo_yeast")
    peaks = []
    with gzip.open(folder / "chexmix_peaks.tsv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["factor"] in TRACKS:
                peaks.append((TRACKS.index(row["factor"]), row["chrom"], int(row["start"])))
    with _genome(data) as genome:
        held_out = {*TEST, *VALIDATION, "chrM"}
        train = tuple(name for name in genome.chromosomes if name not in held_out)
        sides = tuple(Chromosomes(genome, peaks, names) for names in (train, VALIDATION, TEST))
    missing = [t for i, t in enumerate(TRACKS) if not all(any(s[i].any() for s in side.summits) for side in sides)]
    if missing:
        raise BadInput(
            f"The table has no summit of {missing[0]} on some side of the split.",
            "Every factor needs summits on training, validation and test chromosomes.",
            "Check --data.",
        )
    return sides[0], sides[1], sides[2]


def _genome(data: Path) -> Genome:
    return Genome(find_folder(data, "genome_yeast_sacCer3") / "sacCer3.fa.gz", "sacCer3")


def known_motifs(data: Path) -> dict[str, Motif]:
    """Motifs of the tracks that MacIsaac et al. 2006 (BMC Bioinformatics 7:113) have one of; Sua7 has none."""
    path = find_folder(data, "motifs") / "macisaac_yeast.v1.meme"
    found = {m.name.upper(): m for m in read_motifs(path.read_text(encoding="utf-8"), source=path.name)}
    return {track: found[track.upper()] for track in TRACKS if track.upper() in found}


def start_from_motifs(net: BPNet, motifs: Seq[Motif]) -> None:
    """Put motifs, on both strands, into the first filters, as DanQ did; few summits teach a filter late.

    A filter's response is 2 for the best match, and 0 for half of its log-odds score.
    """
    both = [turned for motif in motifs for turned in (motif, motif.reverse_complement())]
    with torch.no_grad():
        for number, motif in enumerate(both):
            odds = torch.from_numpy(motif.log_odds(pseudocount=0.01).T.copy()).float().clamp_min(-6)
            best = float(odds.max(0).values.sum())
            scale, first = 4 / best, (CONFIG.stem_width - len(motif)) // 2
            net.stem.weight[number] = 0
            net.stem.weight[number, :, first : first + len(motif)] = scale * odds
            net.stem.bias[number] = -scale * best / 2  # type: ignore[index]


def train(
    data: Path, out: Path, *, seed: int = 0, epochs: int | None = None, progress: Callable[[float], None] | None = None
) -> Path:
    """Train all members, score them together on the test chromosomes, write weights, card and log."""
    training, validation, test = read(data)
    known = known_motifs(data)
    schedule = replace(SCHEDULE, epochs=SCHEDULE.epochs if epochs is None else epochs)
    nets, logs, best, seconds = [], [], [], 0.0
    for member in range(MEMBERS):

        def share(done: float, member: int = member) -> None:
            if progress:
                progress((member + done) / MEMBERS)

        torch.manual_seed(seed + member)
        net = BPNet(CONFIG)
        start_from_motifs(net, list(known.values()))
        history = _fit(
            net, training, validation, replace(schedule, seed=seed + member), out / f"member-{member}", share
        )
        nets.append(net)
        logs += [{"member": member, **row} for row in history.rows]
        best.append(round(history.best, 4))
        seconds += history.seconds
    whole = (nets[0] if MEMBERS == 1 else Ensemble(nets)).eval()
    card = written_card(
        NAME,
        whole,
        config=asdict(CONFIG),
        training={
            "seed": seed,
            "members": MEMBERS,
            "epochs": len(logs) // MEMBERS,
            "validation_bits_per_summit": best,
            "summits": {t: int(sum(s[i].sum() for s in training.summits)) for i, t in enumerate(TRACKS)},
            "seconds": round(seconds),
        },
    )
    model = ProfileModel(whole, card).eval()
    windows = training.windows()
    drawn = np.random.default_rng(seed).permutation(len(windows))[:5_000]
    bases, _ = training.read([windows[i] for i in drawn])
    totals, rates, summits = _predict(model, test)
    return save_checkpoint(
        out,
        card,
        whole,
        held_out=_rows(rates, totals, summits, test.loci(), _published(data, test)),
        background=_background(model, test, totals, summits),
        inputs=input_profile([row.tobytes().decode("ascii") for row in bases]),
        epochs=logs,
    )


def evaluate(model: Model, data: Path, *, sample: int | None = None) -> list[Row]:
    """The card's held-out rows, on all test windows or on `sample` random ones."""
    _, _, test = read(data)
    totals, rates, summits = _predict(model, test)
    loci = test.loci()
    if sample is not None:
        chosen = np.random.default_rng(0).permutation(len(totals))[:sample]
        totals, rates, summits, loci = totals[chosen], rates[chosen], summits[chosen], loci[chosen]
    return _rows(rates, totals, summits, loci, {})


def _fit(
    net: nn.Module,
    training: Chromosomes,
    validation: Chromosomes,
    schedule: Schedule,
    out: Path,
    progress: Callable[[float], None],
) -> Any:
    counts = np.array([[s.sum(1) for s in training.summits]], dtype=np.float64).sum((0, 1))
    mean = counts / sum(len(b) for b in training.bases)
    # Otherwise the factors with many summits would decide nearly alone.
    weights = torch.from_numpy((counts**-0.5 / (counts**-0.5).mean()).astype(np.float32))[:, None]
    per_summit = torch.from_numpy((1 / (counts * weights[:, 0].numpy()).mean()).astype(np.float32)[None])[0]
    with torch.no_grad():  # start from the mean rate
        net.out.bias.copy_(torch.from_numpy(np.log(mean).astype(np.float32)))  # type: ignore[union-attr,operator]
    kernel = np.concatenate([np.arange(1, SMOOTH + 2), np.arange(SMOOTH, 0, -1)]).astype(np.float32)
    spread = torch.from_numpy(kernel / kernel.sum())[None, None]
    expected = len(training.windows()) / BATCH  # batches in an epoch, for the scale of the loss

    def batches(epoch: int) -> Iterator[tuple[Tensor, Tensor]]:
        draw = np.random.default_rng([schedule.seed, epoch])
        windows = training.windows(int(draw.integers(PROFILE)))
        order = draw.permutation(len(windows))[: steps * BATCH]
        for i in range(0, len(order), BATCH):
            bases, summits = training.read([windows[j] for j in order[i : i + BATCH]])
            turn = draw.random(len(bases)) < 0.5
            bases[turn] = COMPLEMENT[bases[turn]][:, ::-1]
            summits[turn] = summits[turn][:, :, ::-1]
            y = torch.from_numpy(summits).float()
            y = nn.functional.conv1d(y.flatten(0, 1)[:, None], spread, padding=SMOOTH).reshape(y.shape)
            yield encode_codes(bases), y

    def loss(module: nn.Module, X: Tensor, y: Tensor) -> Tensor:
        rates = module(X)
        poisson = rates.exp() - y * rates
        return (poisson * weights).sum() * per_summit * expected

    def validate(module: nn.Module) -> float:
        """Bits per summit gained over the mean rate, averaged over factors."""
        windows = validation.windows()
        gains, seen = np.zeros(len(TRACKS)), np.zeros(len(TRACKS))
        flat = torch.from_numpy(np.log(mean))[:, None]
        for i in range(0, len(windows), BATCH):
            bases, summits = validation.read([windows[j] for j in range(i, min(i + BATCH, len(windows)))])
            y, rates = torch.from_numpy(summits).double(), module(encode_codes(bases)).double()
            gains += (y * (rates - flat) - rates.exp() + flat.exp()).sum((0, 2)).numpy()
            seen += y.sum((0, 2)).numpy()
        return float((gains / seen).mean() / np.log(2))

    steps = (len(training.windows()) - len(training.bases)) // BATCH  # random offsets can cost a window each
    facts = f"{asdict(CONFIG)} {BATCH} {SMOOTH} {PROFILE} motifs".encode()
    digest = sha256(
        facts + b"".join(b.tobytes() + s.tobytes() for b, s in zip(training.bases, training.summits, strict=True))
    )
    return fit(
        net,
        batches,
        loss,
        validate,
        steps_per_epoch=steps,
        schedule=schedule,
        out=out,
        fingerprint=digest.hexdigest(),
        progress=progress,
    )


def _predict(model: Model, side: Chromosomes) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.uint8]]:
    """ln totals `(n, tracks)`, ln rates `(n, tracks, PROFILE)` and summits of all windows of a side."""
    windows = side.windows()
    bases, summits = side.read(windows)
    totals, rates = [], []
    with torch.no_grad():
        for i in range(0, len(windows), BATCH):
            found = model.logits(encode_codes(bases[i : i + BATCH]))
            totals.append(found[model.card.outputs[0].name][:, :, 0])
            rates.append(found[model.card.outputs[1].name])
    return torch.cat(totals).double().numpy(), torch.cat(rates).double().numpy(), summits


def _bins(values: NDArray[Any]) -> NDArray[Any]:
    """Largest value in each bin: `(n, tracks, PROFILE)` -> `(tracks, n * PROFILE / BIN)`."""
    n, tracks, _ = values.shape
    return np.moveaxis(values.reshape(n, tracks, -1, BIN).max(3), 1, 0).reshape(tracks, -1)


def _rows(
    rates: NDArray[np.float64],
    totals: NDArray[np.float64],
    summits: NDArray[np.uint8],
    loci: NDArray[np.int64],
    published: dict[str, Any],
) -> list[Row]:
    """Per track a row for windows (by the total) and one for bins (by the profile); intervals are drawn over `loci`."""
    rows, binned, occupied = [], _bins(rates), _bins(summits)
    for i, track in enumerate(TRACKS):
        for name, scores, labels, families in (
            (track, totals[:, i], summits[:, i].any(1), loci),
            (f"{track} profile", binned[i], occupied[i] > 0, loci.repeat(PROFILE // BIN)),
        ):
            rows.append(
                score_row(
                    name,
                    scores,
                    np.asarray(labels, dtype=np.float32),
                    ("auprc", "auroc"),
                    classes=True,
                    published=published.get(name, ()),
                    families=families,
                )
            )
    return rows


def _background(
    model: Model, test: Chromosomes, totals: NDArray[np.float64], summits: NDArray[np.uint8]
) -> dict[str, dict[str, list[float]]]:
    """Quantiles of ln totals of windows with and without a summit of each track, and of shuffled windows."""
    draw = np.random.default_rng(0)
    bases, _ = test.read(test.windows())
    rows = shuffle_rows(draw.permutation(bases)[:SHUFFLES], draw)
    shuffled = logits_of(model, Examples(rows, np.zeros((len(rows), 1), dtype=np.float32)))
    return {
        track: {
            "occupied": quantiles(totals[summits[:, i].any(1), i]),
            "empty": quantiles(totals[~summits[:, i].any(1), i]),
            "shuffled": quantiles(shuffled[:, i]),
        }
        for i, track in enumerate(TRACKS)
    }


def _published(data: Path, test: Chromosomes) -> dict[str, list[dict[str, Any]]]:
    """AUPRC of a scan with the factor's known motif, on the same windows and bins."""
    from genoviz.models.metrics import auprc

    motifs = known_motifs(data)
    windows = test.windows()
    bases, summits = test.read(windows)
    found = {}
    for i, track in enumerate(TRACKS):
        if track not in motifs:
            continue
        motif = motifs[track]
        best = np.full((len(windows), 1, PROFILE), -np.inf)
        for j, row in enumerate(bases):
            hits = motif.score(Sequence(row.tobytes().decode("ascii")), both_strands=True).max(0)
            centre = CONFIG.context - len(motif) // 2  # a hit is where the middle of the motif lies
            best[j, 0] = hits[centre : centre + PROFILE]
        own = summits[:, i : i + 1]
        source = "scan with the MacIsaac 2006 motif, same test"
        for name, scores, labels in (
            (track, best.max((1, 2)), own.any((1, 2))),
            (f"{track} profile", _bins(best)[0], _bins(own)[0] > 0),
        ):
            found[name] = [beside("auprc", round(auprc(scores, labels), 4), source, same_test=True)]
    return found
