"""The executed notebooks of this folder: `python docs/notebooks/make.py`, with nbclient, ipykernel and genoviz[notebook]."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NOTEBOOKS = {
    "look-and-edit": (
        "# Look at a sequence, and edit it\n\n"
        'This needs `pip install "genoviz[notebook]"`. Where no kernel runs, the picture below stands still.',
        "import genoviz.notebook\n"
        "from genoviz.lessons.examples import get_example\n\n"
        'example = get_example("ets")  # 101 bases that somebody made up, with two ETS sites\n'
        'shown = genoviz.notebook.view("tfbind.encode10", example.sequence, "GABPA")\n'
        "shown",
        "Click a letter, or go to it with the arrow keys and type another base: it is predicted and explained at once. "
        "`shown` always has what is on show now.",
        "print(shown.sentence)\nshown.to_frame().head(3)",
        "Can the explanation be trusted? [Six checks](../trust.md) say more than one number.",
        "from genoviz.trust.report import assess_explanation\n\n"
        "report = assess_explanation(shown.model, shown.attribution)\n"
        "print(report.sentence)\n"
        'genoviz.notebook.to_frame(report)[["title", "light", "found"]]',
    ),
    "a-variant": (
        "# What a variant does\n\n"
        "The genome here is the [teaching genome](../teaching-genome.md): it is synthetic, and everything in it is known.",
        "from genoviz.effects.effect import variant_effect\n"
        "from genoviz.genomes.registry import open_genome\n"
        "from genoviz.models.load import load_model\n"
        "from genoviz.models.target import Target\n"
        "from genoviz.notebook import to_frame\n"
        "from genoviz.variants.check import read_variant\n\n"
        'model = load_model("splice.sites")\n'
        'genome = open_genome("teaching")\n'
        'variant = read_variant("chrT1-2646-G-T", genome).usable()\n'
        'effect = variant_effect(model, variant, genome, Target.parse("human donor", model.card))\n'
        "print(effect.sentence)\n"
        'to_frame(effect)[["variant", "reference", "alternate", "delta", "unit"]]',
        "Signs are always the alternate minus the reference allele. What a model says describes the model; it is no evidence "
        "about a person's health.",
        "for notice in effect.notices:\n    print(notice)",
    ),
}


def notebook(cells: tuple[str, ...]) -> nbformat.NotebookNode:
    """Words and code in turn, executed."""
    made = nbformat.v4.new_notebook()
    for number, text in enumerate(cells):
        new = nbformat.v4.new_code_cell if number % 2 else nbformat.v4.new_markdown_cell
        made.cells.append(new(text, id=f"cell-{number}"))
    NotebookClient(made, timeout=600, store_widget_state=False, resources={"metadata": {"path": str(ROOT)}}).execute()
    for cell in made.cells:
        cell.metadata.clear()  # when it was run
    return made


if __name__ == "__main__":
    for name, cells in NOTEBOOKS.items():
        nbformat.write(notebook(cells), HERE / f"{name}.ipynb")
