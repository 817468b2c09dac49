"""The pages Autoencoder and Embedding map."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from genoviz.latent.scorer import scorer_for
from genoviz.latent.walk import walk
from genoviz.lessons.examples import get_example
from genoviz.models.load import load_model
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.shuffle import dinucleotide_shuffle
from tests.pages.waiting import AT_MOST, run_until


def autoencoder() -> None:
    from genoviz.ui.autoencoder import page
    from genoviz.ui.frame import inputs

    inputs.start_session()
    inputs.keep_choices()
    inputs.keep_choices(page.KEYS, page.FIRST)
    page.show(inputs.frame("teach"))


def embedding() -> None:
    from genoviz.ui.embedding import page, source
    from genoviz.ui.frame import inputs

    inputs.start_session()
    inputs.keep_choices()
    inputs.keep_choices(page.KEYS, page.FIRST)
    page.show(inputs.frame("teach", sequences=source.reads_records()))


def said(app: AppTest) -> str:
    shown = [*app.markdown, *app.caption, *app.info, *app.error]
    return "\n".join(e.value.replace("\\", "") for e in shown)


def idle(app: AppTest) -> AppTest:
    return run_until(app, lambda app: not any(b.label.startswith("Stop") for b in app.button))


def test_every_look_at_an_autoencoder_says_what_python_says() -> None:
    app = AppTest.from_function(autoencoder, default_timeout=AT_MOST).run()
    assert "is no autoencoder" in said(app)
    app.button(key="latent_example").click().run()
    assert not app.exception
    assert "A weak alarm" in said(app)
    example = get_example("typical")
    assert example is not None
    model = load_model("vae.ecoli-promoters")
    other = Sequence(dinucleotide_shuffle(example.sequence.bases, 1, seed=0)[0])
    found = walk(model, example.sequence, other, scorer=scorer_for(model.card))
    assert found.scores is not None
    expected = {
        "walk": f"**{found.kept}**\n{found.scores.sentence}",
        "dimensions": "32 dimensions have an interval that leaves out 0",
        "denoise": "15 of 150 bases turned into N, 20 times",
        "sample": "of 50 drawn sequences",
    }
    for look, words in expected.items():
        app.button_group(key="latent_look").set_value(look).run()
        idle(app)
        assert not app.exception, look
        assert words in said(app), look


def test_a_map_with_neighbours_and_a_probe() -> None:
    app = AppTest.from_function(embedding, default_timeout=AT_MOST).run()
    assert "has no embedding" in said(app)
    app.button(key="embedding_example").click().run()
    idle(app)
    assert not app.exception
    assert "200 records as 32 numbers" in said(app)
    app.number_input(key="embedding_record").set_value(3).run()
    assert len(app.dataframe[0].value) == 6
    next(b for b in app.button if b.label == "Train the probe").click().run()
    idle(app)
    assert not app.exception
    assert "AUROC for `upstream` against the rest on 60 held-out records" in said(app)
    assert [b.label for b in app.get("download_button")] == ["Map (TSV)", "Map (JSON)", "Probe (TSV)", "Probe (JSON)"]
    app.button_group(key="embedding_source").set_value("records").run()
    assert "Paste or upload FASTA records" in said(app)
