"""What a command does without options is what the function does, and what the page begins with."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature

import pytest

from genoviz.attribute.attribution import attribute
from genoviz.cli import compare as compare_commands
from genoviz.cli import design as design_command
from genoviz.cli import discover as discover_commands
from genoviz.cli import grammar, main, motifs
from genoviz.compare.comparison import compare
from genoviz.compare.influence import influence
from genoviz.compare.mean_map import mean_map
from genoviz.compare.mechanisms import mechanisms
from genoviz.design.counterfactual import counterfactual
from genoviz.design.fewest_edits import design
from genoviz.design.rules import ANY_GC, parse_gc, parse_ranges, parse_sites
from genoviz.discover.comparison import genome_background, random_background
from genoviz.discover.filters import filter_bank
from genoviz.discover.patterns import discover
from genoviz.grammar.backgrounds import genome_windows, random_bases, shuffled
from genoviz.grammar.dependence import ablate_blocks
from genoviz.grammar.options import BACKGROUNDS, GC, room_for, usual_step
from genoviz.grammar.placements import copies, marginalise, slide, spacing
from genoviz.sequences.sequence import Sequence
from genoviz.ui.design import page as design_page
from genoviz.ui.discover import page as discover_page
from genoviz.ui.grammar import input as grammar_input
from genoviz.ui.grammar import page as grammar_page


def default(function: Callable[..., object], name: str) -> object:
    return signature(function).parameters[name].default


@pytest.mark.parametrize(
    ("command", "function", "names"),
    [
        (grammar.marginalise, marginalise, ("position", "strand")),
        (grammar.spacing, spacing, ("position", "strand", "max_gap", "step")),
        (grammar.copies, copies, ("gap", "strand")),
        (grammar.dependence, ablate_blocks, ("shuffles=n", "seed")),
        (grammar.slide, random_bases, ("backgrounds=n", "seed")),
        (grammar.slide, shuffled, ("backgrounds=n", "seed")),
        (grammar.slide, genome_windows, ("backgrounds=n", "seed")),
        (design_command.design, design, ("goal", "method", "width", "seed")),
        (design_command.design, counterfactual, ("threshold", "width", "seed")),
        (compare_commands.maps, compare, ("baseline", "references", "seed", "strands")),
        (compare_commands.mechanisms, mechanisms, ("mutants", "rate", "groups", "seed")),
        (compare_commands.influence, influence, ("step", "scale", "method")),
        (compare_commands.sets, mean_map, ("references", "seed")),
        (discover_commands.discover, discover, ("engine", "references", "least", "seed")),
        (discover_commands.filters, filter_bank, ("member", "off", "on")),
        (discover_commands.filters, random_background, ("sequences=n", "seed")),
        (discover_commands.filters, genome_background, ("sequences=n", "seed")),
        (motifs.blocks, attribute, ("method", "references", "seed")),
        (motifs.scan, main.attribute, ("method", "references", "seed")),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_defaults_of_the_function(
    command: Callable[..., object], function: Callable[..., object], names: tuple[str, ...]
) -> None:
    for name in names:
        own, _, others = name.partition("=")
        assert default(command, own) == default(function, others or own), name


def test_all_commands_take_the_same_backgrounds() -> None:
    for command in (grammar.marginalise, grammar.slide, grammar.spacing, grammar.copies):
        assert default(command, "backgrounds") == BACKGROUNDS
        assert default(command, "gc") == 100 * GC == 100 * default(random_bases, "gc")


def test_defaults_of_the_pages() -> None:
    assert design_page.FIRST["design_goal"] == default(design_command.design, "goal")
    assert design_page.FIRST["design_edits"] == default(design_command.design, "edits")
    assert design_page.FIRST["design_method"] == default(design_command.design, "method")
    assert discover_page.FIRST["discover_engine"] == default(discover_commands.discover, "engine")
    assert discover_page.FIRST["discover_least"] == default(discover_commands.discover, "least")
    assert grammar_page.FIRST["grammar_gc"] == default(grammar.slide, "gc")
    assert grammar_page.FIRST["grammar_strand"] == default(grammar.copies, "strand")
    assert grammar_input.COUNTS[0] == default(grammar.slide, "backgrounds")
    assert (parse_ranges(""), parse_gc(""), parse_sites("")) == (
        default(design, "locked"), default(design, "gc"), default(design, "forbidden"),
    )  # fmt: skip
    assert default(design, "gc") == ANY_GC


def test_what_depends_on_the_length() -> None:
    # Up to 200 places a site moves by 1, as the function does; beyond, the number of places stays below that.
    assert usual_step(60) == usual_step(200) == default(slide, "step")
    assert usual_step(201) == 2
    assert -(-744 // usual_step(744)) <= 200
    # Six copies of ten bases, five apart, take 85; the copies that fit are counted with the gaps between them alone.
    site = Sequence("A" * 10)
    assert [room_for(site, n, 5) for n in (85, 84, 10, 5)] == [6, 5, 1, 1]
