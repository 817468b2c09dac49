"""Where weights files are on this computer."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from genoviz.errors import MissingWeights
from genoviz.files.folders import user_folder
from genoviz.models.archives import is_archive, unpacked
from genoviz.models.card import ModelCard, WeightsFile


def weights_folder() -> Path:
    """Folder that published weights are fetched into; not made here."""
    return user_folder() / "weights"


def at_hand() -> dict[str, Path]:
    """All weights files that can be found, by name.

    They are looked for in what `GENOVIZ_WEIGHTS` names, a folder with its direct subfolders or one file, then in the user's
    own folder. Of an archive (`genoviz.models.archives`) the files in it are found.
    """
    found: dict[str, Path] = {}
    for folder in reversed(_folders()):
        here = _files(folder)
        for name in filter(is_archive, here):
            inner = unpacked(here[name])
            found.update(_files(inner) if inner is not None else {})
        found.update(here)
    return found


def _files(folder: Path) -> dict[str, Path]:
    """The files of a folder by name; a file stands for itself."""
    if folder.is_file():
        return {folder.name: folder}
    try:
        with os.scandir(folder) as entries:
            return {entry.name: Path(entry.path) for entry in entries if entry.is_file()}
    except OSError:  # not there, or not for us to read: nothing is at hand in it
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
            paths[file] = known[file.name]
        elif beside is not None and beside.is_file():
            paths[file] = beside
        else:
            raise _missing(card, file)
    return paths


def _folders() -> list[Path]:
    """Where to look, the first place to win first."""
    chosen = os.environ.get("GENOVIZ_WEIGHTS")
    folders = [weights_folder()]
    if chosen:
        root = Path(chosen)
        try:
            inner = sorted(path for path in root.iterdir() if path.is_dir())
        except OSError:
            inner = []
        folders = [root, *inner, *folders]
    return folders


def _missing(card: ModelCard, file: WeightsFile) -> MissingWeights:
    read = f"The weights of `{card.name}` ({file.name}) are not on this computer."
    if card.files:
        return MissingWeights(
            read,
            f"They are looked for in `{weights_folder()}` and in the folder that GENOVIZ_WEIGHTS names.",
            f"Get them with `genoviz fetch {card.name}` or on the model's card, which show licence and size first.",
        )
    folders = [f"`{f}`" for f in (os.environ.get("GENOVIZ_WEIGHTS"), card.folder) if f]
    return MissingWeights(
        read,
        f"They are looked for in {' and '.join(folders)}." if folders else "",
        f"Install genoviz again, retrain ({card.retrain or 'see the card'}), or set GENOVIZ_WEIGHTS to their folder.",
    )
