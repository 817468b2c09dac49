"""The page Variants, and places of a genome on the page Sequence, run by Streamlit's own test harness."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from genoviz.effects.batch import Pace, score_file
from genoviz.effects.effect import variant_effect
from genoviz.effects.file_chunks import CHUNK, Totals
from genoviz.effects.motif_changes import motif_changes
from genoviz.effects.tables import change_table
from genoviz.errors import Cancelled
from genoviz.genomes.genome import Genome
from genoviz.genomes.registry import open_genome, register
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.factors import factors_of, motifs_for
from genoviz.models.load import load_model
from genoviz.models.place_window import LONGEST
from genoviz.models.target import Target
from genoviz.models.words import rounded
from genoviz.splicing.effect import SpliceEffect, splice_effect
from genoviz.ui.variants.page import EXAMPLES
from genoviz.ui.variants.pictures import _sites
from genoviz.variants.variant import Variant
from genoviz.variants.windows import allele_windows
from tests.pages.links import unlinked
from tests.pages.waiting import AT_MOST, run_until

UNFIT = {card.title for card in list_models() if "variants" in card.not_for}
APP = str(Path(__file__).parents[2] / "app.py")


@pytest.fixture(autouse=True)
def no_other_genomes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENOVIZ_GENOMES", str(tmp_path / "genomes"))
    monkeypatch.delenv("GENOVIZ_WEIGHTS", raising=False)  # the bundled models answer, here as elsewhere


def start(**query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=AT_MOST)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def variants() -> AppTest:
    app = start()
    app.switch_page("pages/explore/variants.py")
    return app.run()


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.error, app.warning, app.info, app.title)
    return unlinked("\n".join(str(e.value) for kind in kinds for e in kind))


def shows(words: str, app: AppTest) -> bool:
    return words in texts(app)


def tracks(app: AppTest) -> dict[str, dict]:
    """Tracks of the page's viewer by title."""
    sent = [json.loads(e.proto.json) for e in app.get("bidi_component")]
    viewers = [one for one in sent if "seq" in one]  # lists of rows are components, too
    assert len(viewers) == 1
    return {track["title"]: track for track in viewers[0]["tracks"]}


def type_variant(app: AppTest, text: str) -> AppTest:
    app.text_input(key="variant_text").set_value(text)
    return app.run()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e[0])
def test_examples_run_on_one_click_with_the_numbers_of_the_function(example: tuple[str, ...]) -> None:
    _, _, name, track, text = example
    app = variants()
    app.button(key=f"variant example {text}").click()
    app.run()
    assert not app.exception
    assert not app.error
    model = load_model(name)
    if model.card.tss is None:
        with open_genome("teaching") as genome:
            found = variant_effect(model, Variant.parse(text), genome, Target.parse(track, model.card))
        assert found.sentence in texts(app)
        assert any("print(variant_effect(model" in code.value for code in app.code)
    titles = tracks(app)
    assert "Genes (synthetic-1)" in titles or name == "tfbind.encode10"
    assert "Alternate minus reference" in titles
    assert "random substitutions" in texts(app)
    # The planted truth: each example loses what it says.
    lost = {
        "human donor": "donor loss 1.00 at -1 bp",
        "GABPA": "− Ets: GABPA",
        "USF1": "− bHLH-ZIP: TFEB",
    }
    words = {"human donor": "", "GABPA": "Takes away a motif (Ets: GABPA)", "USF1": "Takes away a CpG"}
    assert words[track] in texts(app)
    shown = texts(app) + json.dumps(
        [item["label"] for track in titles.values() for item in track.get("items", [])], ensure_ascii=False
    )
    assert lost[track] in shown


def test_a_promoter_model_reads_the_window_of_the_gene() -> None:
    app = variants()
    app.selectbox(key="model").set_value("promoter.human-core")
    type_variant(app, "chrT1-12640-GTAT-G")
    assert "Window around the start of TEACH02; the variant lies at -32 from it." in texts(app)
    type_variant(app, "chrT1-50000-" + base_at(50000) + "-" + other(base_at(50000)))
    assert "no known start has the variant in its window" in texts(app)


def test_models_that_are_not_for_variants_come_last_under_their_question_and_say_so() -> None:
    app = variants()
    cards = {card.name: card for card in list_models()}
    offered = list(app.selectbox(key="model").options)
    ends = [i for i, option in enumerate(offered) if option.startswith("— ")]
    marked = [option for option in offered if option.endswith("(not for the effects of variants)")]
    promoters = offered[
        offered.index("— Promoters —") : next(end for end in ends if end > offered.index("— Promoters —"))
    ]
    assert [option in marked for option in promoters] == [False] * (len(promoters) - 2) + [True] * 2
    assert cards["enhancer.crx"].title + " (not for the effects of variants)" in marked
    badge = "badge[:material/block: Not for the effects of variants]"
    assert badge not in texts(app)
    app.selectbox(key="model").set_value("enhancer.crx")
    type_variant(app, "chrT1-10719-G-T")
    assert badge in texts(app)
    assert "r = 0.03" in app.warning[0].value.replace("\\", "")
    app.switch_page("pages/explore/sequence.py")
    app.run()
    assert badge not in texts(app)  # the same model may well be explained


def base_at(position: int) -> str:
    with open_genome("teaching") as genome:
        return genome.bases("chrT1", position - 1, position)


def other(base: str) -> str:
    return "A" if base != "A" else "C"


def test_a_wrong_reference_base_offers_a_way_out() -> None:
    app = variants()
    type_variant(app, "chrT1-10719-A-T")
    assert "names base A at chrT1:10,719" in texts(app)
    assert "[G]" in app.code[0].value
    fix = next(button for button in app.button if button.label == "Use the reference base G")
    fix.click()
    app.run()
    assert app.text_input(key="variant_text").value == "chrT1-10719-G-T"
    assert not app.error
    assert "chrT1-10719-G-T" in texts(app)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("chrT1-10719-G", "10719_10720insG"),
        ("chrT9-5-A-G", "chrT1"),
        ("rs123", "rsID"),
        ("NM_007294.4:c.5266dup", "transcript"),
        ("chrT1-999999-A-G", "chrT1"),
    ],
)
def test_bad_variants_get_a_message_and_the_page_stays(text: str, words: str) -> None:
    app = type_variant(variants(), text)
    assert not app.exception
    assert words in texts(app)
    assert not app.get("bidi_component")


def test_the_look_up_is_off_and_offered_only_for_names() -> None:
    app = type_variant(variants(), "rs123")
    assert app.toggle(key="variant_online").value is False
    app = type_variant(app, "chrT1-10719-G-T")
    assert not [t for t in app.toggle if t.key == "variant_online"]


def test_all_models_read_one_variant() -> None:
    app = type_variant(variants(), "chrT1-10719-G-T")
    app.toggle(key="variant_all").set_value(True)
    app.run(timeout=AT_MOST)
    assert not app.exception
    table = next(frame.value for frame in app.dataframe if "Model" in frame.value.columns)
    model = load_model("tfbind.encode10")
    row = table[table["Model"] == model.card.title].iloc[0]
    with open_genome("teaching") as genome:
        found = variant_effect(model, Variant("chrT1", 10719, "G", "T"), genome)
    index = model.card.outputs[0].tracks.index(row["Output"])
    before, after = (t["binding"].values[index, 0] for t in (found.reference, found.alternate))
    assert (row["Reference"], row["Alternate"]) == (pytest.approx(before), pytest.approx(after))
    assert row["Output"] in ("GABPA", "ELK1")
    of_variants = [title not in UNFIT for title in table["Model"]]
    assert of_variants == sorted(of_variants, reverse=True)  # those that are not for variants at the end
    assert (
        "is not for the effects of variants" in table[table["Model"] == get_card("enhancer.crx").title].iloc[0]["Note"]
    )


def test_motifs_are_those_of_python_and_the_site_is_lost_once() -> None:
    app = variants()
    app.button(key="variant example chrT1-10719-G-T").click()
    app.run()
    assert not app.exception
    table = next(frame.value for frame in app.dataframe if "family" in frame.value.columns)
    card = get_card("tfbind.encode10")
    with open_genome("teaching") as genome:
        windows = allele_windows(Variant("chrT1", 10719, "G", "T"), genome, card.length)
    about = factors_of(Target("binding", ("GABPA",)))
    found = change_table(motif_changes(windows, motifs_for(card), about=about))
    for name in ("family", "motif", "factors", "status", "place", "ALT p-value"):
        assert table[name].tolist() == [row[name] for row in found]
    assert table["family"].is_unique
    assert (
        next(t for title, t in tracks(app).items() if title.startswith("Motifs"))["items"][0]["label"] == "− Ets: GABPA"
    )


def test_many_variants_are_scored_filtered_and_opened() -> None:
    app = variants()
    app.segmented_control(key="variant_mode").set_value("many")
    app.run()
    app.text_area(key="variants_text").set_value("chrT1-10719-G-T\nchrT1:10820 ATG>CGT\nnonsense\nchrT1-10719-A-T")
    app.run()
    run_until(app, lambda app: "scored" in texts(app))
    assert "**2 scored**, 2 skipped" in texts(app)
    assert "1 reference allele differs from the genome" in texts(app)
    table = app.dataframe[0].value
    effect = next(name for name in table if str(name).startswith("effect"))
    assert table[effect].abs().is_monotonic_decreasing  # the largest first
    assert set(table["pos"]) == {10719, 10820}
    assert table["gene"].notna().all()
    assert table["percentile"].between(0, 100).all()
    app.checkbox(key="variants_skipped").set_value(True)
    app.run()
    assert len(app.dataframe[0].value) == 4
    app.text_input(key="variants_filter").set_value("10820")
    app.run()
    assert app.dataframe[0].value["alt"].tolist() == ["CGT"]


def test_a_place_gives_sequence_genes_and_link() -> None:
    app = start(model="splice.sites", track="human donor", genome="teaching", place="donor of exon 1 of TEACH01")
    assert not app.exception
    assert "human donor: probability" in texts(app)
    titles = tracks(app)
    labels = [item["label"] for item in titles["Genes (synthetic-1)"]["items"]]
    assert "TEACH01 exon 1" in labels
    assert "Transcript TEACH01.1" in texts(app)
    query = app.query_params
    assert (query["genome"], query["place"]) == ("teaching", "donor of exon 1 of TEACH01")
    assert "seq" not in query
    with open_genome("teaching") as genome:
        # Exon 1 ends with base 2,645 (see the truth table): the model's middle is the GT after it.
        sequence = genome.bases("chrT1", 2645 - 201, 2645 + 201)
    from genoviz.predict.prediction import predict
    from genoviz.sequences.sequence import Sequence

    value = float(predict(load_model("splice.sites"), Sequence(sequence))[0]["site"].values[0, 0])
    assert rounded(value, "probability") in texts(app)


@pytest.mark.parametrize(("strand", "moved"), [("", "44"), ("-", "44")])
def test_a_window_at_the_edge_is_moved_inside_and_says_so(strand: str, moved: str) -> None:
    # The middle of bases 5-8 is base 7, the 51st of 101: the window would begin 44 bases before the chromosome.
    app = start(model="tfbind.encode10", genome="teaching", place="chrT1:5-8", strand=strand)
    assert f"The window was moved by {moved} bases" in texts(app)
    assert "Read: chrT1:1-101" in texts(app)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("chrT1:200,031-200,071", "reaches outside the bases of"),
        ("chrT1:100,001-100,100", "reaches outside the bases of"),
        ("NOGENE", "NOGENE"),
        ("exon 99 of TEACH01", "There is no exon 99"),
        ("chrT1:5-1", "before its start"),
        ("chrT7:1-50", "no chromosome named"),
    ],
)
def test_bad_places_get_a_message(place: str, words: str) -> None:
    app = start(model="tfbind.encode10", genome="teaching", place=place)
    assert not app.exception
    assert words in texts(app)


def test_a_link_restores_a_variant() -> None:
    app = start(model="splice.sites", track="human donor", genome="teaching", variant="chrT1-2646-G-T", strand="+")
    app.switch_page("pages/explore/variants.py")
    app.run()
    assert "chrT1-2646-G-T lowers" in texts(app)
    assert app.query_params["variant"] == "chrT1-2646-G-T"
    assert app.query_params["strand"] == "+"


def test_the_scale_survives_a_change_of_page() -> None:
    app = start(model="tfbind.encode10", track="GABPA", scale="value")
    app.switch_page("pages/explore/variants.py")
    app.run()
    assert app.segmented_control(key="scale").value == "value"


def genome_file(folder: Path, name: str, bases: str, chrom: str = "chr1") -> Path:
    path = folder / name
    path.write_text(f">{chrom}\n{bases}\n", encoding="utf-8")
    return path


def warnings_of(app: AppTest) -> str:
    return "\n".join(str(e.value) for e in app.warning)


def test_a_link_to_a_genome_that_is_not_here_reads_no_other_one(tmp_path: Path) -> None:
    # The first genome of the list has the same base there: only the name tells them apart.
    bases = "ACGT" * 100
    register(genome_file(tmp_path, "a.fa", bases), "aaa", "hg19")
    app = start(genome="hg38", variant="chr1-101-A-G")
    app.switch_page("pages/explore/variants.py")
    app.run()
    assert "no genome named **hg38**" in warnings_of(app)
    assert not app.get("bidi_component")
    app.run()
    assert "no genome named **hg38**" in warnings_of(app)
    app.selectbox(key="genome").set_value("aaa")
    app.run()
    assert not app.warning
    assert "chr1-101-A-G" in texts(app)
    app = start(genome="hg38", place="chr1:101-200")
    assert "no genome named **hg38**" in warnings_of(app)


def test_a_fix_switches_to_the_genome_of_its_assembly_among_equal_titles(tmp_path: Path) -> None:
    first, second = "ACGT" * 100, "CATG" * 100
    register(genome_file(tmp_path, "a.fa", first), "aaa", "hg38", title="Human")
    register(genome_file(tmp_path, "b.fa", second), "bbb", "hg19", title="Human")
    app = variants()
    app.selectbox(key="genome").set_value("aaa")
    type_variant(app, "hg19 chr1-101-C-G")
    assert app.selectbox(key="genome").value == "bbb"  # the text names the build
    app.selectbox(key="genome").set_value("aaa").run()  # somebody goes back all the same
    next(button for button in app.button if "Switch to hg19" in button.label).click()
    app.run()
    assert app.selectbox(key="genome").value == "bbb"
    assert "chr1-101-C-G · **hg19**" in texts(app)


def test_names_of_builds_and_columns_on_the_page(tmp_path: Path) -> None:
    register(genome_file(tmp_path, "a.fa", "ACGT" * 100), "aaa", "GRCh38.p14")
    app = variants()
    app.selectbox(key="genome").set_value("aaa")
    for name in ("hg38", "GRCh38.p13"):
        type_variant(app, f"{name} chr1-101-A-G")
        assert "chr1-101-A-G · **GRCh38.p14**" in texts(app)
    type_variant(app, "hs37d5 chr1-101-A-G")
    assert "is on `GRCh37`" in texts(app)
    app.segmented_control(key="variant_mode").set_value("many")
    app.run()
    rows = ("GRCh37\t1\t101\t+\tA\tG", "hg38\t1\t105\t+\tA\tG", "38\t1\t109\t-\tA\tG")
    app.text_area(key="variants_text").set_value("\n".join(("assembly\tchrom\tpos\tstrand\tref\talt", *rows)))
    app.run()
    run_until(app, lambda app: "scored" in texts(app))
    assert "**1 scored**, 2 skipped" in texts(app)
    assert "1 other assembly" in texts(app)
    assert "1 alleles of the minus strand" in texts(app)
    assert app.dataframe[0].value["pos"].tolist() == [105]
    vcf = "##fileformat=VCFv4.2\n##reference=hs37d5.fa\n#CHROM\tPOS\tID\tREF\tALT\n1\t101\t.\tA\tG\n"
    app.text_area(key="variants_text").set_value(vcf)
    app.run()
    run_until(app, lambda app: bool(app.error))
    assert "says that it is on GRCh37" in texts(app)


def test_a_genome_with_1_and_chr1_on_the_page(tmp_path: Path) -> None:
    path = tmp_path / "two.fa"
    path.write_text(f">1\n{'ACGT' * 100}\n>chr1\n{'CATG' * 100}\n>chrM\n{'A' * 16_571}\n", encoding="utf-8")
    register(path, "two", "hg19")
    app = start(model="tfbind.encode10", genome="two", variant="1-101-A-G")
    app.switch_page("pages/explore/variants.py")
    app.run()
    assert "1-101-A-G · **hg19**" in texts(app)
    assert "chr1-101" not in texts(app)
    for text, says in (
        ("chr1-101-A-G", "`chr1-101-A-G`"),
        ("NC_012920.1-3108-A-G", "16,569 bases"),
        ("MT-5-A-G", "NC_001807.4"),
    ):
        type_variant(app, text)
        assert app.error
        assert says in texts(app)
    for place in ("1:101-201", "chr1:101-201"):
        app = start(model="tfbind.encode10", genome="two", place=place)
        assert not app.exception
        assert f"{place} · **hg19**" in texts(app)
        assert f"Read: {place} " in texts(app)


@pytest.mark.parametrize("number", ["9" * 290, "²", "①", "nan"], ids=["290 digits", "superscript", "circled", "nan"])
def test_numbers_of_a_link_that_are_none(number: str) -> None:
    for query in (
        {"place": f"chrT1:{number}"},
        {"variant": f"chrT1-{number}-A-G"},
        {"first": number, "mutate": f"{number}-9"},
    ):
        app = start(model="tfbind.encode10", genome="teaching", **query)
        if "variant" in query:
            app.switch_page("pages/explore/variants.py")
            app.run()
        assert not app.exception


def test_markdown_in_names_stays_text_on_buttons(tmp_path: Path) -> None:
    register(genome_file(tmp_path, "a.fa", "ACGT" * 100, "*x*"), "aaa", "hg38")
    register(genome_file(tmp_path, "b.fa", "CATG" * 100, "*x*"), "bbb", "**evil**")
    app = variants()
    app.selectbox(key="genome").set_value("aaa")
    type_variant(app, "*x*-101-C-G")
    assert app.selectbox(key="genome").value == "bbb"
    app.selectbox(key="genome").set_value("aaa").run()
    labels = [button.label for button in app.button if "evil" in button.label]
    assert labels
    assert all("\\*\\*evil" in label for label in labels)


def test_a_genome_changed_on_disk_is_opened_anew(tmp_path: Path) -> None:
    path = genome_file(tmp_path, "a.fa", "ACGT" * 100)
    register(path, "aaa", "hg38")
    app = variants()
    app.selectbox(key="genome").set_value("aaa")
    type_variant(app, "chr1-101-A-G")
    assert not app.error
    genome_file(tmp_path, "a.fa", "CATG" * 120)
    Path(f"{path}.fai").unlink()
    app.run()
    assert "has C there" in texts(app)


@pytest.mark.parametrize("strand", ["+", "-"])
def test_splice_sites_lie_at_their_bases_near_the_start_of_a_chromosome(tmp_path: Path, strand: str) -> None:
    bases = "A" * 19 + "CAT" + "G" * 378
    with Genome(genome_file(tmp_path, "a.fa", bases)) as genome:
        windows = allele_windows(Variant("chr1", 21, "A", "G"), genome, 101, strand=strand)
    assert windows.before == 30
    # The only site is at the C, one base to the left of the variant on the plus strand.
    none, one = np.zeros((1, 2)), np.array([[0.0, 1.0]])
    splice = SpliceEffect(windows, np.array([-1]), one, none, np.zeros((0, 2)), (), ())
    (track,) = _sites(splice, windows)
    values = np.frombuffer(base64.b64decode(track.payload["values"]), "<f4")
    assert windows.reference.bases[int(np.nanargmax(values))] == ("C" if strand == "+" else "G")
    assert int(np.nanargmax(values)) == windows.reference.bases.index("CAT" if strand == "+" else "ATG") + (
        0 if strand == "+" else 2
    )


def test_a_long_place_says_that_only_its_middle_is_read() -> None:
    app = start(model="tfbind.encode10", genome="teaching", place="chrT1:1-100000")
    assert "Only the" not in texts(app)
    with open_genome("teaching") as genome:
        assert genome.chromosomes["chrT1"] == LONGEST
    app = start(model="toy.sum", genome="teaching", place="chrT1:1-100001")
    assert "Only the 100,000 bases in its middle are read" in texts(app)


def test_a_variant_of_two_lines_in_a_link_leaves_the_page_whole() -> None:
    app = start(genome="teaching", variant="rs1\nrs2")
    app.switch_page("pages/explore/variants.py")
    app.run()
    assert "The text has 2 lines" in texts(app)
    assert "For research and teaching" in texts(app)


def test_names_of_scores_keep_their_capitals() -> None:
    app = start(model="bpnet.yeast", genome="teaching", variant="chrT1-10719-G-T")
    app.switch_page("pages/explore/variants.py")
    app.run()
    assert "Log2(ALT/REF)" in [metric.label for metric in app.metric]


def test_a_file_with_a_name_as_long_as_the_disk_allows_is_scored() -> None:
    app = variants()
    app.segmented_control(key="variant_mode").set_value("many")
    app.run()
    app.file_uploader(key="variants_file").set_value(("ä" * 125 + ".txt", b"chrT1-10719-G-T\n", "text/plain"))
    app.run()
    run_until(app, lambda app: "scored" in texts(app) or app.exception)
    assert not app.exception
    assert "**1 scored**" in texts(app)


def test_a_file_of_a_splice_model_is_scored_on_genes() -> None:
    app = start(model="splice.sites", genome="teaching")
    app.switch_page("pages/explore/variants.py")
    app.run()
    app.segmented_control(key="variant_mode").set_value("many")
    app.run()
    assert "Strand and transcript: those of each variant's gene." in texts(app)
    app.text_area(key="variants_text").set_value("chrT1-2646-G-T\nchrT1-5-A-G\nchrT9-5-A-G\n")
    run_until(app.run(), partial(shows, "**1 scored**"))
    assert "1 no such chromosome in the genome" in texts(app)
    (table,) = (frame.value for frame in app.dataframe if "gene" in frame.value)
    row = table.iloc[0]
    with open_genome("teaching") as genome:
        effect = splice_effect(load_model("splice.sites"), Variant("chrT1", 2646, "G", "T"), genome, "+")
    assert row["gene"] == "TEACH01"
    assert row["donor_loss"] == pytest.approx(effect.scores[3].value, abs=1e-7)
    assert row["effect (largest change)"] == -row["donor_loss"]


def test_a_stopped_run_keeps_its_part_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    starts: list[int] = []

    def stopped_once(*args: Any, progress: Callable[[Pace], None], **options: Any) -> Totals:
        def stop(pace: Pace) -> None:
            raise Cancelled

        starts.append(len(starts))
        return score_file(*args, progress=progress if len(starts) > 1 else stop, **options)

    monkeypatch.setattr("genoviz.ui.variants.batch.score_file", stopped_once)
    app = start(model="toy.sum")
    app.switch_page("pages/explore/variants.py")
    app.run()
    app.segmented_control(key="variant_mode").set_value("many")
    app.run()
    app.text_area(key="variants_text").set_value("chrT1-10719-G-T\n" * (CHUNK + 1))
    for words in (f"**{CHUNK} scored**, 0 skipped. Stopped before the end", f"**{CHUNK + 1} scored**, 0 skipped."):
        run_until(app.run(), partial(shows, words))
        assert words in texts(app)
        if len(starts) == 1:
            app.button(key="variants_go_on").click()
    assert not [button for button in app.button if button.key == "variants_go_on"]


def test_a_pasted_variant_is_answered_by_the_model_for_its_place_and_never_by_that_of_a_bacterium(
    tmp_path: Path,
) -> None:
    register(genome_file(tmp_path, "a.fa", "ACGT" * 400), "aaa", "hg38")
    app = variants()
    assert app.selectbox(key="genome").value == "aaa"
    app.selectbox(key="model").set_value("kmer.ecoli")  # by hand, and of a bacterium
    type_variant(app, "chrT1-2646-G-T")
    assert app.selectbox(key="genome").value == "teaching"  # only there is the chromosome
    assert app.selectbox(key="model").value == "splice.sites"
    assert "Intron 1 of 2 of TEACH01, 1 base from the donor of exon 1" in texts(app)
    assert "Splicing first, because it lies 1 base from the donor of exon 1." in texts(app)
    type_variant(app, "chr17-5-A-G")
    assert any("Look in Human at UCSC" in button.label for button in app.button)


def test_a_link_may_name_the_build_and_leave_the_model_to_the_place(tmp_path: Path) -> None:
    register(genome_file(tmp_path, "a.fa", "ACGT" * 400), "aaa", "hg38")
    register(genome_file(tmp_path, "b.fa", "ACGT" * 400), "bbb", "hg19")
    app = start(variant="chr1-801-A-G", genome="GRCh37")
    app.switch_page("pages/explore/variants.py").run()
    assert (app.selectbox(key="genome").value, app.selectbox(key="model").value) == ("bbb", "tfbind.encode10")
    assert not app.exception
    assert "chr1-801-A-G · **hg19**" in texts(app)
