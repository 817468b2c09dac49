"""Where weights files are on this computer."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path

from genoviz.errors import BadCheckpoint, MissingWeights
from genoviz.files.archives import in_archive, is_archive, members, unpack
from genoviz.files.folders import user_folder
from genoviz.models.card import ModelCard, WeightsFile

log = logging.getLogger("genoviz.models")

PARAMETERS = "params"  # name, up to the first dot, of the archive in which DeepBind's parameters were published
MOST_FOLDERS = 500  # of the second level that are looked into


def weights_folder() -> Path:
    """Folder that published weights are fetched into; not made here."""
    return user_folder() / "weights"


def at_hand() -> dict[str, Path]:
    """All weights files that can be found, by name.

    `GENOVIZ_WEIGHTS` names a folder, an archive or a single file. They are looked for there, in the folders of a folder, two
    levels deep, and in archives of DeepBind's parameters (`params.tar.xz`) that lie in these; then in the user's own folder.
    The path of a file in an archive is that of the archive and the file's name, see `find_weights`. A file of its own goes
    before one in an archive.
    """
    found: dict[str, Path] = {}
    inside: dict[str, Path] = {}
    for place in reversed(_places()):
        try:
            if place.is_file():
                found[place.name] = place
                inside.update(_inside(place))
                continue
            with os.scandir(place) as entries:
                here = {entry.name: Path(entry.path) for entry in entries if entry.is_file()}
        except OSError:  # not there, or not for us to read: nothing is at hand in it
            continue
        found.update(here)
        for name, path in here.items():
            if name.partition(".")[0] == PARAMETERS:
                inside.update(_inside(path))
    return inside | found


def _inside(path: Path) -> dict[str, Path]:
    """The files in an archive; none, with a word, in one that can't be read."""
    if not is_archive(path):
        return {}
    try:
        return {name: path / name for name in members(path)}
    except BadCheckpoint as error:
        log.warning("%s", error)
        return {}


def is_ready(card: ModelCard, files: Mapping[str, Path] | None = None) -> bool:
    """Whether the model can be loaded now; `files` is an `at_hand` to ask about many cards."""
    if card.bundled:
        return True
    known = at_hand() if files is None else files
    return all(file.name in known for file in weights_of(card))


def weights_of(card: ModelCard) -> tuple[WeightsFile, ...]:
    """The files a card names: published ones, or the bundled one; none for hand-set networks."""
    return card.files or ((WeightsFile(card.file, sha256=card.sha256),) if card.file else ())


def find_weights(card: ModelCard) -> dict[WeightsFile, Path]:
    """Path of each of the card's files.

    Raises
    ------
    MissingWeights
        If one is not on this computer; the message says how to get it.
    """
    known, paths = at_hand(), {}
    for file in weights_of(card):
        beside = card.folder / file.name if card.folder is not None and not card.files else None
        if file.name in known:
            found = known[file.name]
            paths[file] = unpack(found.parent, found.name) if in_archive(found) else found
        elif beside is not None and beside.is_file():
            paths[file] = beside
        else:
            raise _missing(card, file)
    return paths


def _places() -> list[Path]:
    """Where to look, the first place to win first."""
    chosen = os.environ.get("GENOVIZ_WEIGHTS")
    if not chosen:
        return [weights_folder()]
    root = Path(chosen).expanduser()
    if root.is_file():
        return [root, weights_folder()]
    direct = _subfolders(root)
    deeper = [inner for folder in direct for inner in _subfolders(folder)]
    return [root, *direct, *deeper[:MOST_FOLDERS], weights_folder()]


def _subfolders(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return sorted(Path(entry.path) for entry in entries if entry.is_dir())
    except OSError:
        return []


def _missing(card: ModelCard, file: WeightsFile) -> MissingWeights:
    read = f"The weights of `{card.name}` ({file.name}) are not on this computer."
    if card.files:
        return MissingWeights(
            read,
            f"They are looked for in `{weights_folder()}` and in the folder or archive that GENOVIZ_WEIGHTS names.",
            f"Get them with `genoviz fetch {card.name}` or on the model's card, which show licence and size first.",
        )
    folders = [f"`{f}`" for f in (os.environ.get("GENOVIZ_WEIGHTS"), card.folder) if f]
    return MissingWeights(
        read,
        f"They are looked for in {' and '.join(folders)}." if folders else "",
        f"Install genoviz again, retrain ({card.retrain or 'see the card'}), or set GENOVIZ_WEIGHTS to their folder.",
    )
