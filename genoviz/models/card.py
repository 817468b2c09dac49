"""What is known about a set of weights before loading it; readable without torch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genoviz.errors import BadCheckpoint, UnknownName

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LEFT_OUT = (
    "unfit",
    "anchor",
    "benchmark",
    "null_band",
    "never_run",
    "folds",
    "checked",
)  # fields that a card leaves out where they are empty
_OF_PACKAGES = ("package", "member")
ACTIVATIONS = ("identity", "sigmoid", "softmax", "exp", "softplus")


@dataclass(frozen=True)
class Output:
    """One head of a model.

    Attributes
    ----------
    name
        Name in commands and files, for example `binding`.
    tracks
        Names of its tracks, in the order of the model's second axis.
    unit
        Unit of a value after `activation`, for example `probability`.
    activation
        From logits to values: one of `ACTIVATIONS`; softmax runs over the tracks.
    logit_unit
        Unit before `activation`, for example `logit`.
    bins
        Number of positions along the middle of the sequence (1: one number per sequence).
    resolution
        Bases per bin (0 where `bins` is 1).
    reduction
        How its bins become one number where a target doesn't say: `mean`, `sum` or `max`.
    quantity
        What the value says, as the noun of a sentence: `probability that GABPA binds` uses `{track}`.
    """

    name: str
    tracks: tuple[str, ...]
    unit: str
    activation: str = "identity"
    logit_unit: str = ""
    bins: int = 1
    resolution: int = 0
    quantity: str = "{track}"
    reduction: str = "mean"

    def overall(self, values: NDArray[np.floating]) -> NDArray[np.floating]:
        """One number per track from values `(tracks, bins)`, by `reduction`."""
        reduced: NDArray[np.floating] = getattr(values, self.reduction)(1)
        return reduced

    def index(self, track: str) -> int:
        """Position of a track; an unknown name raises `UnknownName` with near matches."""
        if track not in self.tracks:
            raise UnknownName.among("track", track, self.tracks)
        return self.tracks.index(track)


@dataclass(frozen=True)
class WeightsFile:
    """A file of published weights.

    Attributes
    ----------
    name
        Name on disk; no two models have files of one name.
    url
        Address it is fetched from.
    package, member
        Where it is published inside a package of the Python index instead: the package with its version (`name==1.0`), and
        the file's path in the package.
    bytes
        Size; 0 where it is not known.
    sha256, md5
        Checksum in hexadecimal. Where the publishers name none and no file was at hand, both are empty: the checksum is
        then recorded at the first download.
    """

    name: str
    url: str = ""
    bytes: int = 0
    sha256: str = ""
    md5: str = ""
    package: str = ""
    member: str = ""

    @property
    def can_be_fetched(self) -> bool:
        """Whether it is published as a file that can be read; else the card says how to make it."""
        return bool(self.url or self.package)

    @property
    def checksum(self) -> str:
        """What is known of its content, in words."""
        return self.sha256 or (f"md5:{self.md5}" if self.md5 else "unknown")


@dataclass(frozen=True)
class Origin:
    """The work that a model comes from: the paper of a published model, or that of the architecture which another is built
    after.

    Attributes
    ----------
    name
        Of the model or architecture, for example `DanQ`.
    authors
        Short, for example `Quang and Xie`.
    year
        Of the paper; 0 where there is none (yet).
    source
        Where it says so, for example `Quang D, Xie X (2016) Nucleic Acids Res 44:e107`.
    """

    name: str
    authors: str
    year: int
    source: str

    @property
    def sentence(self) -> str:
        """Who, and when if there is a paper: `Quang and Xie 2016`."""
        return f"{self.authors} {self.year}" if self.year else self.authors


def combined_checksum(files: Iterable[WeightsFile]) -> str:
    """One checksum for several files: SHA-256 of their names and checksums, a line each."""
    lines = "".join(f"{file.name} {file.checksum}\n" for file in files)
    return hashlib.sha256(lines.encode()).hexdigest()


@dataclass(frozen=True, eq=False)
class ModelCard:
    """Everything a reader should know about a model.

    Attributes
    ----------
    name
        `architecture.weights`, for example `tfbind.encode10`.
    title, summary
        For people: a short name, and one or two sentences.
    family
        Kind of network, for example `CNN`.
    task
        What it predicts, for example `transcription-factor binding`; see `genoviz.models.questions`.
    origin
        Whose work the model is, or whose architecture it is built after; None for models of a user's own.
    layers
        What the network is made of, in order, for example `("convolution", "LSTM")`.
    molecule
        What the bases stand for: `DNA` or `RNA`.
    input
        Which stretch the model expects, for example `101 bases around a possible binding site`.
    benchmark
        Name of the test that the first rows of `held_out` are scores on. Scores of models with one benchmark may stand beside
        each other; empty where no other model was scored on the test.
    builder
        `module:function` that builds the `Model` from this card.
    config
        Sizes of the architecture, as the builder reads them.
    length
        Bases the model reads.
    outputs
        Heads of the model.
    parameters
        Number of weights.
    tss
        0-based place in the input at which the model expects the transcription start; None where it expects none.
    anchor
        For models that read what lies around fixed bases: `bases`, the words of which one must stand from place `at` (0-based,
        in the input or right behind it) on, and `missing`, what to say where there is none. Empty for all others.
    strand_symmetric
        Whether a sequence and its reverse complement give the same output by construction.
    organism, assembly
        Where the training sequences come from.
    n_rule
        How N is read and whether the model saw any in training.
    data, split, licence, citation, limits, retrain
        Provenance, for people; `limits` lists known failures.
    good_for, not_for
        What the model does well and what it should not be asked, with the reason: names of `genoviz.models.uses.USES` and a
        sentence each. A use in neither was not looked into.
    file, sha256
        Weights file beside the card and its checksum; both empty for hand-set networks. For published models `file` is
        empty and the checksum is `combined_checksum` of `files`.
    held_out
        One row of scores per track and test: `track`, `test` (its name, where there are several; the first is the one that
        others report), `n`, `families` (groups of related rows, over which intervals are drawn), metrics with their
        interval (`auroc`, `auroc_95`), and under `published` scores of others and of baselines (`metric`, `value`,
        `source`, `same_test`). `in_training` counts test sequences that are also in the training set, `unlike_training` has
        the scores of those that share no 32 bases in a row with it.
    scatter
        Per track, `[predicted, measured]` of some held-out sequences, for outputs that are measured values.
    inputs
        What the training sequences are like, see `genoviz.trust.out_of_distribution`.
    background
        Per track, quantiles (0, 1, ... 100 %) of the logit over named sets of held-out sequences.
    training
        Seed, counts, epochs: what the recipe recorded; `background` names the test that `background` and `scatter` were
        drawn from, where there are several.
    studies
        Small experiments around the recipe, for people: `question`, and `answer` with its numbers.
    published
        Published models only: repository, revision and file that the weights come from.
    checked
        Published models only: when the sizes, checksums and licence were last compared with the source, and what was found.
    files
        Published models only: the weights, which the user fetches.
    reader
        `module:function` that reads a file of `files` to `{key: tensor}`, for formats that
        `genoviz.models.tensors.read_tensors` doesn't know.
    converter
        `module:function` from the published keys to those of our network, see `genoviz.models.load`.
    never_run
        Whether the published files were never at hand: the loader is tested on files that the tests write, and no number of the
        real weights was seen.
    folds
        Whether its files are the folds of a cross-validation, one network each, whose outputs are averaged.
    unfit
        Attribution methods that were measured to fail on this model, by name, each with what was measured: a sentence. They
        are not offered for it.
    null_band
        What the tallest scores of shuffled sequences reach: `method`, `shuffles`, `seed`, and under `output:track` the
        tallest letter, lowering and raising mutation, and mean over mutations, see `genoviz.trust.null_band`.
    example
        An output to show where the weights are not there: `title`, `bases`, `track`, `unit`, `value`, and `importance` (per
        base, minus the mean effect of its three substitutions, in `effect_unit`, or `unit` where that is left out).

    Examples
    --------
    >>> from genoviz import get_card
    >>> card = get_card("tfbind.encode10")
    >>> card.length, card.organism, card.output("binding").unit
    (101, 'human', 'probability')
    >>> card.output("binding").tracks[:3]
    ('ARID3A', 'CTCFL', 'ELK1')
    """

    name: str
    title: str
    summary: str
    family: str
    task: str
    builder: str
    length: int
    outputs: tuple[Output, ...]
    parameters: int
    n_rule: str
    data: str
    split: str
    licence: str
    citation: str
    limits: tuple[str, ...]
    retrain: str = ""
    origin: Origin | None = None
    layers: tuple[str, ...] = ()
    molecule: str = ""
    input: str = ""
    benchmark: str = ""
    good_for: Mapping[str, str] = field(default_factory=dict)
    not_for: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    strand_symmetric: bool = False
    tss: int | None = None
    anchor: Mapping[str, Any] = field(default_factory=dict)
    organism: str = ""
    assembly: str = ""
    file: str = ""
    sha256: str = ""
    held_out: tuple[Mapping[str, Any], ...] = ()
    background: Mapping[str, Mapping[str, tuple[float, ...]]] = field(default_factory=dict)
    scatter: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    studies: tuple[Mapping[str, str], ...] = ()
    published: str = ""
    checked: str = ""
    files: tuple[WeightsFile, ...] = ()
    reader: str = ""
    converter: str = ""
    never_run: bool = False
    folds: bool = False
    unfit: Mapping[str, str] = field(default_factory=dict)
    null_band: Mapping[str, Any] = field(default_factory=dict)
    example: Mapping[str, Any] = field(default_factory=dict)
    folder: Path | None = field(default=None, compare=False)

    @property
    def bundled(self) -> bool:
        """Whether the model works as installed, without a download."""
        if self.files:
            return False
        return not self.file or (self.folder is not None and (self.folder / self.file).is_file())

    @property
    def trained(self) -> bool:
        """Whether there are weights that were learned; those of hand-set networks were not."""
        return bool(self.file or self.files)

    @property
    def members(self) -> int:
        """How many networks it averages; 1 for a single one."""
        return len(self.files) if self.folds else int(self.training.get("members", self.config.get("members", 1)))

    @property
    def members_word(self) -> str:
        """What these networks are called: `folds`, or `networks`."""
        return "folds" if self.folds else "networks"

    @property
    def bytes(self) -> int:
        """Size of what is fetched for a published model; 0 where it is not known."""
        return sum(file.bytes for file in self.files)

    def output(self, name: str | None = None) -> Output:
        """Head by name; None gives the first."""
        if name is None:
            return self.outputs[0]
        for output in self.outputs:
            if output.name == name:
                return output
        raise UnknownName.among("output", name, [o.name for o in self.outputs])

    def scores(self, track: str, test: str | None = None) -> Mapping[str, Any] | None:
        """Held-out row of a track, if the card has one: of a test by name, or of the first."""
        rows = (row for row in self.held_out if row.get("track") == track)
        return next((row for row in rows if test is None or row.get("test", "") == test), None)

    def to_json(self) -> str:
        """The card as JSON, one row a line; `read_card` is the inverse."""
        values = {k: v for k, v in asdict(self).items() if k != "folder" and (v or k not in _LEFT_OUT)}
        plain = json.loads(json.dumps(values))  # tuples to lists
        plain["files"] = [{k: v for k, v in f.items() if v or k not in _OF_PACKAGES} for f in plain["files"]]
        return "{\n" + ",\n".join(f" {json.dumps(k)}: {_one_row_a_line(v)}" for k, v in plain.items()) + "\n}\n"


def read_card(path: Path) -> ModelCard:
    """Read the card in a JSON file; fields that are unknown or missing raise `BadCheckpoint`."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        values["outputs"] = tuple(Output(**{**o, "tracks": tuple(o["tracks"])}) for o in values["outputs"])
        for key in ("limits", "held_out", "studies", "layers"):
            values[key] = tuple(values.get(key, ()))
        if values.get("origin"):
            values["origin"] = Origin(**values["origin"])
        values["files"] = tuple(WeightsFile(**file) for file in values.get("files", ()))
        return ModelCard(**values, folder=path.parent)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        known = ", ".join(f.name for f in fields(ModelCard) if f.name != "folder")
        raise BadCheckpoint(
            f"The model card `{path.name}` can't be read ({error}).",
            f"A card is a JSON object with the fields {known}.",
            "Restore the file from the release.",
        ) from error


def _one_row_a_line(value: Any) -> str:
    """JSON in which rows and entries of the second level stand on a line each."""
    if isinstance(value, dict) and value:
        rows = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in value.items())
        return "{\n" + rows + "\n }"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(f"  {json.dumps(v, ensure_ascii=False)}" for v in value) + "\n ]"
    return json.dumps(value, ensure_ascii=False)
