"""What version 0.1.0 documented, wrote into users' scripts and read from users' cards still works."""

from __future__ import annotations

import contextlib
import io
import json
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from genoviz.models.card import read_card
from genoviz.models.load import load_model
from genoviz.moved import MOVED

ROOT = Path(__file__).parents[1]

# Every import in README and docs of version 0.1.0, and every module that they name in words.
DOCUMENTED = """
from genoviz import Sequence, incremental
from genoviz.attribute import attribute
from genoviz.edits import EditHistory
from genoviz.genomes import list_genomes, open_genome
from genoviz.incremental import Edit
from genoviz.locus import Locus
from genoviz.long_input import bins_over, cost_of
from genoviz.models import ModelCard, Output
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.long_range import with_tracks
from genoviz.motif_collection import about, collection, find, search, user_motifs
from genoviz.mutagenesis import saturate
from genoviz.predict import predict
from genoviz.target import Target
from genoviz.teaching import teaching_genome, truth
from genoviz.ui import viewer
from genoviz.ui.outputs import messages
from genoviz.batch import score_file
from genoviz.genome import Reference
from genoviz.grammar import copies, marginalise, slide, spacing
from genoviz.design import design
from genoviz.counterfactual import counterfactual
from genoviz.site_use import explain_hits
from genoviz.rescale import rescale_multipliers
from genoviz.models.base import lock_of
from genoviz.motifs import build
from genoviz.genes import GeneModels, open_genes
from genoviz.genomes import find_genome, genomes_folder, open_entry, register, unregister
from genoviz.mutagenesis import count_variants, parse_window, plan_for
from genoviz.predict import evaluate, target_value
from genoviz.plots import motif_logo
"""

# What the page's button "Python code" wrote for the example of `toy.sum`.
SAVED = """
from genoviz import Sequence
from genoviz.attribute import attribute
from genoviz.models.load import load_model
from genoviz.mutagenesis import saturate
from genoviz.predict import predict
from genoviz.target import Target

model = load_model("toy.sum")
sequence = Sequence("ACGTACGTACGATAAGACGTACGTACGTACGTACGTCACGTGACGTACGTACGTACGTACG"[:60].ljust(60, "A"))
target = Target("activity", ("activity",), scale="logit")
print(predict(model, sequence)[0]["activity"].to_frame())
print(attribute(model, sequence, target, "deeplift", baseline="gc").per_base)
print(saturate(model, sequence, target).delta)
"""


def test_a_saved_script_prints_what_the_new_names_print_and_documented_imports_work() -> None:
    """In one process of their own, as nothing may be imported before; it takes seconds to load torch."""
    command = [sys.executable, "-W", "error", "-c", SAVED + DOCUMENTED]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(SAVED.replace("genoviz.target", "genoviz.models.target"), {})
    assert done.stdout == printed.getvalue()


@pytest.mark.parametrize("old", MOVED)
def test_an_old_name_finds_its_definitions(old: str) -> None:
    for new in MOVED[old].split():
        module = import_module(f"genoviz.{new}")
        for name, value in vars(module).items():
            if getattr(value, "__module__", "") == module.__name__ and not name.startswith("_"):
                assert getattr(import_module(f"genoviz.{old}"), name) is value


def test_nothing_in_genoviz_and_its_documents_uses_an_old_name() -> None:
    """`genoviz.genome` is old, `genoviz.genomes` is a folder."""
    old = re.compile(rf"\bgenoviz\.({'|'.join(map(re.escape, sorted(MOVED, key=len, reverse=True)))})\b(?![/-])")
    files = [*ROOT.glob("genoviz/**/*.py"), *ROOT.glob("pages/**/*.py"), ROOT / "app.py", *ROOT.glob("*.md")]
    for path in [*files, *ROOT.glob("docs/*.md"), *ROOT.glob("checkpoints/*.json"), *ROOT.glob("genoviz/**/*.json")]:
        if path.name not in ("CHANGELOG.md", "moved.py"):
            assert old.findall(path.read_text(encoding="utf-8")) == [], path


def test_a_card_that_a_user_trained_names_a_builder_by_its_old_path(tmp_path: Path) -> None:
    folder = ROOT / "checkpoints"
    written = json.loads((folder / "kmer.ecoli.json").read_text(encoding="utf-8"))
    assert written["builder"] == "genoviz.networks.kmer:build"
    (tmp_path / "kmer.ecoli.json").write_text(json.dumps(written | {"builder": "genoviz.models.kmer:build"}))
    (tmp_path / "kmer.ecoli.safetensors").write_bytes((folder / "kmer.ecoli.safetensors").read_bytes())
    model = load_model(read_card(tmp_path / "kmer.ecoli.json"))
    assert type(model) is type(load_model("kmer.ecoli"))
