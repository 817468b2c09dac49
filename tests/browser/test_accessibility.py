"""Every page, light and dark, as axe-core sees it: the checks that a machine can make for people who do not see or use a mouse."""

from pathlib import Path

import pytest

from .conftest import CHROMIUM

AXE = Path(__file__).parents[1] / "viewer" / "node_modules" / "axe-core" / "axe.min.js"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs a chromium on the PATH"),
    pytest.mark.skipif(not AXE.is_file(), reason="needs axe-core (npm ci in tests/viewer)"),
    pytest.mark.xdist_group("browser"),
]

# A page, its heading, and words that are there when it is drawn.
PAGES = (
    ("/", "Explore a sequence", "Real places in real genomes"),
    ("/?example=tert&edits=41T", "Explore a sequence", "For research and teaching. Predictions"),
    (
        "/variants?model=splice.sites&track=human+donor&genome=teaching&variant=chrT1-2646-G-T",
        "Variants",
        "For research and teaching. Predictions",
    ),
    ("/grammar", "Grammar of sites", "Open example"),
    (
        "/language?model=grulm.yeast-ecoli&track=log-likelihood&example=lm&language=dependency&depends=101-112",
        "Language",
        "Blocks at the diagonal",
    ),
    ("/discover", "Discover motifs", "For research and teaching. Predictions"),
    ("/autoencoder?model=vae.ecoli-promoters&example=typical", "Autoencoder", "A weak alarm"),
    ("/embedding?model=vae.ecoli-promoters", "Embedding map", "Train the probe"),
    ("/design", "Design", "Real places in real genomes"),
    (
        "/compare?model=tfbind.encode10&track=GABPA&example=ets&methods=inputxgradient,ablation",
        "Compare explanations",
        "Contested bases",
    ),
    ("/measured?table=example", "Measured and predicted", "These measurements are invented"),
    ("/lessons?lesson=one-hot&step=1", "Lessons", "Step 1"),
    ("/peek?example=ets", "Predict first", "bases marked"),
    ("/sandbox", "Planted truth", "Planted truth"),
    ("/models", "Models", "Models"),
    ("/help", "Help", "Help"),
)


def violations(page) -> list[str]:
    """What axe finds on the page, a line for each element; for level AA of WCAG 2.2 and good practice.

    Left out is what is Streamlit's own and not ours to change: the list of pages in the sidebar, whose items stand in a `div`,
    and the zone into which files are dropped, which has a name but no role. It comes late, so that only some runs would see it.
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))  # no tag, which the policy of a story refuses
    found = page.evaluate(
        """async () => (await axe.run({exclude: [['[data-testid=stSidebarNav]'], ['[data-testid=stFileUploaderDropzone]']]}, {rules: {'label-content-name-mismatch': {enabled: true},
        'target-size': {enabled: true}}})).violations.flatMap((v) => v.nodes.map((n) =>
        [v.id, n.target.flat().join(' '), n.html, n.any.concat(n.all, n.none).map((c) => c.message).join('; ')]))"""
    )
    return [f"{rule}: {target}\n    {html[:200]}\n    {why[:300]}" for rule, target, html, why in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_fault_that_axe_finds(open_page, scheme: str) -> None:
    faults = {}
    for path, title, words in PAGES:
        page = open_page(path, scheme=scheme, title=title)
        page.get_by_text(words).first.wait_for(timeout=180_000)
        page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=180_000)
        page.wait_for_function(
            "!document.querySelector('[data-stale=true]')", timeout=180_000
        )  # faded: a run has begun
        if found := violations(page):
            faults[path] = found
        page.context.close()
    assert not faults, "\n".join(f"{path}\n  " + "\n  ".join(found) for path, found in faults.items())


def test_the_keyboard_finds_the_picture_and_is_not_lost_when_an_example_opens(open_page) -> None:
    page = open_page()
    page.locator(".st-key-example_tert button").click()
    page.wait_for_selector(".gv[data-rev]:not([data-rev=''])")
    page.wait_for_function("document.activeElement.tagName === 'H1'")
    page.wait_for_function("document.title === 'TERT promoter and C228T, GABPA · genoviz'")
    link = page.get_by_role("link", name="Skip to the")
    link.focus()
    assert link.text_content() == "Skip to the picture"
    page.keyboard.press("Enter")
    focused = "document.activeElement.shadowRoot?.activeElement?.className"
    page.wait_for_function(f"{focused}?.includes('gv-base')")
