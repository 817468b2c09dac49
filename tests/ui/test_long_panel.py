"""The page for long inputs, run with a small network in place of a large one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from genoviz.models.catalogue import get_card
from genoviz.networks.enformer import build
from genoviz.predict.cost import Cost
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache, estimate, inputs
from genoviz.ui.sequence import long_panel
from tests.networks.long_range_files import ENFORMER, bases, filled, tiny
from tests.pages.waiting import AT_MOST

CARD = replace(tiny(get_card("tracks.enformer-human"), length=256, bins=20, resolution=8, **ENFORMER), name="tiny.long")
CHEAP, DEAR = Cost(0.1, 0.3, 0.01), Cost(20.0, 60.0, 6.0)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    net = build(CARD).eval().requires_grad_(False)
    net.net.load_state_dict(filled({k: tuple(v.shape) for k, v in net.net.state_dict().items()}))
    monkeypatch.setattr(cache, "model", lambda name, sha256: net)


def page(choice: object) -> None:  # its text is run elsewhere, without the imports above
    from genoviz.ui.sequence.long_panel import long_panel

    long_panel(choice)  # type: ignore[arg-type]


def run(monkeypatch: pytest.MonkeyPatch, cost: Cost, locus: Locus | None = None) -> AppTest:
    monkeypatch.setattr(estimate, "parts", lambda card: cost)
    sequence = Sequence(bases(256).bases, "window", locus)
    choice = inputs.Choice(CARD, "human", "zero", "logit", sequence, None, (), None, None, ())
    app = AppTest.from_function(page, args=(choice,), default_timeout=AT_MOST).run()
    assert not app.exception
    return app


def settled(app: AppTest) -> AppTest:
    """After all work has ended."""
    for job in app.session_state["jobs"]._jobs.values():
        assert job.wait(AT_MOST)
    app.run()
    assert not app.exception
    return app


def test_nothing_runs_before_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    app = run(monkeypatch, DEAR)
    assert "one prediction takes about 20 s" in app.caption[0].value
    assert [b.label for b in app.button] == ["Predict"]
    assert "jobs" not in app.session_state or not app.session_state["jobs"]._jobs
    app.button[0].click().run()
    app = settled(app)
    assert "zero: expected coverage of zero" in app.markdown[0].value
    assert [b.label for b in app.button] == ["Explain", "Compute the mutation map"]
    assert "60 mutants take about 6 min" in app.info[1].value


def test_cheap_steps_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    app = settled(settled(run(monkeypatch, CHEAP, Locus("chr1", 1000, 1256, "-", "GRCh38"))))
    assert not app.button
    assert "strongest of the substitutions at 20 positions" in app.caption[-1].value
    table = app.dataframe[0].value
    assert len(table) == long_panel.STRONGEST
    first = table.iloc[0]
    start = int(first["Bases in the window"].split("-")[0])
    assert first["chr1 (GRCh38)"] == 1256 - (start - 1)  # the window runs down the chromosome
    assert abs(first["Sum (before softplus)"]) == table["Sum (before softplus)"].abs().max()


def test_a_place_without_bins_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    app = run(monkeypatch, DEAR)
    app.number_input[0].set_value(3).run()
    assert "bins over bases 49 to 208" in app.error[0].value
    app.number_input[0].set_value(60).run()
    assert not app.error
    assert "over the bins 1 to 3" in app.caption[1].value


def test_sums_over_bins() -> None:
    assert long_panel.binned(np.array([1.0, 2, np.nan, 4, 5]), 2).tolist() == [3, 4]


def test_a_place_as_long_as_the_model_reads_is_read_whole() -> None:
    """The page's cap for places is no reason to give a long model N at both ends."""
    from genoviz.genes.places import find_place
    from genoviz.models.place_window import LONGEST, place_window

    for length in (LONGEST + 31_072, 2 * LONGEST):
        card = replace(get_card("toy.sum"), length=length)
        window, moved = place_window(find_place(f"chr1:1,001-{1_000 + length:,}", assembly="hg38"), card, 10_000_000)
        assert (len(window), moved) == (length, 0)
    short, _ = place_window(find_place("chr1:1,001-301,000", assembly="hg38"), get_card("toy.sum"), 10_000_000)
    assert len(short) == LONGEST
