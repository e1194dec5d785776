"""The page in a real browser, without a network: figures draw, nothing complains, it prints, Arabic is mirrored."""

from pathlib import Path

import pytest

from takingstock.report import render

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium: apt-get install chromium fonts-noto-core"),
]


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    with playwright.sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        yield made
        made.close()


@pytest.fixture
def visit(browser, tmp_path):
    """Opens a page offline; gives the page, what the console said and what was asked of the network."""
    opened = []

    def go(html, **options):
        file = tmp_path / "report.html"
        file.write_text(html, encoding="utf-8")
        context = browser.new_context(offline=True, **options)
        opened.append(context)
        tab = context.new_page()
        said, asked = [], []
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(file.as_uri())
        return tab, said, asked

    yield go
    for context in opened:
        context.close()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_figure_draws_and_nothing_is_asked_of_the_network(publication, visit, language):
    tab, said, asked = visit(render(publication, language))
    assert said == []
    assert [url for url in asked if not url.startswith("file:")] == []
    figures = tab.locator("figure")
    assert figures.count() == 7
    for n in range(figures.count()):
        figure = figures.nth(n)
        assert figure.locator("svg[role=img] > title").count() == 1
        assert figure.locator("svg rect, svg circle, svg path").count() >= 2
        box = figure.locator("svg").bounding_box()
        assert box["width"] > 300
        assert box["height"] > 40


def test_drawings_stay_inside_their_frame(publication, visit):
    for language in ("en", "ar"):
        tab, _, _ = visit(render(publication, language))
        outside = tab.evaluate(
            """() => [...document.querySelectorAll('figure svg')].flatMap(svg => {
                 const frame = svg.getBoundingClientRect();
                 return [...svg.querySelectorAll('text')].filter(t => {
                   if (t.closest('[clip-path]')) return false;
                   const b = t.getBoundingClientRect();
                   return b.left < frame.left - 4 || b.right > frame.right + 4;
                 }).map(t => t.textContent);
               })"""
        )
        assert outside == []


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [1280, 820, 390])
def test_every_table_fits_the_screen(publication, visit, language, width):
    from dataclasses import replace

    from takingstock.reference.embargoes import embargoes

    tab, _, _ = visit(
        render(replace(publication, embargoes=embargoes()), language), viewport={"width": width, "height": 900}
    )
    assert tab.locator("table.embargoes tr").count() > 5
    cut = tab.evaluate(
        """() => [...document.querySelectorAll('table')].filter(t => {
             const frame = (t.closest('.tablewrap') || t.parentElement).getBoundingClientRect();
             const wide = [t, ...t.querySelectorAll("td, th")].map(e => e.getBoundingClientRect()).filter(b => b.width);
             return wide.some(b => b.right > frame.right + 1 || b.left < frame.left - 1)
               || [...t.querySelectorAll('td, th')].some(c => c.scrollWidth > c.clientWidth + 1);
           }).map(t => t.className)"""
    )
    assert cut == []
    assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [1280, 390])
def test_what_draws_tell_fits_too(drawn, visit, language, width):
    tab, said, _ = visit(render(drawn, language), viewport={"width": width, "height": 900})
    assert said == []
    assert tab.locator("figure[data-drawn=yes]").count() == tab.locator("figure").count()
    assert tab.locator("figure[data-chart=intervals] svg").count() == 2
    outside = tab.evaluate(
        """() => [...document.querySelectorAll('figure svg')].flatMap(svg => {
             const frame = svg.getBoundingClientRect();
             return [...svg.querySelectorAll('text')].filter(t => !t.closest('[clip-path]')).filter(t => {
               const b = t.getBoundingClientRect();
               return b.left < frame.left - 4 || b.right > frame.right + 4;
             }).map(t => t.textContent); })"""
    )
    assert outside == []
    cut = tab.evaluate(
        """() => [...document.querySelectorAll('table')].filter(t => {
             const frame = (t.closest('.tablewrap') || t.parentElement).getBoundingClientRect();
             const cells = [t, ...t.querySelectorAll('td, th')];
             const wide = cells.map(e => e.getBoundingClientRect()).filter(b => b.width);
             return wide.some(b => b.right > frame.right + 1 || b.left < frame.left - 1)
               || cells.some(c => c.scrollWidth > c.clientWidth + 1);
           }).map(t => t.className)"""
    )
    assert cut == []
    assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [1280, 600, 390])
def test_letters_of_drawings_can_be_read(drawn, visit, language, width):
    tab, _, _ = visit(render(drawn, language), viewport={"width": width, "height": 900})
    sizes = tab.evaluate(
        """() => [...document.querySelectorAll('figure svg text')].map(t =>
             parseFloat(getComputedStyle(t).fontSize) * t.closest('svg').getBoundingClientRect().width / 680)"""
    )
    assert sizes
    assert min(sizes) >= 9
    frames = tab.locator("figure .chart")
    wide = frames.evaluate_all("all => all.filter(e => e.scrollWidth > e.clientWidth + 1 && e.tabIndex < 0).length")
    assert wide == 0, "what scrolls can be reached by keys"
    assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_on_a_narrow_screen_a_cell_stands_under_its_column(publication, visit):
    tab, _, _ = visit(render(publication), viewport={"width": 390, "height": 900})
    label = tab.locator("table.embargoes td").first.evaluate("e => getComputedStyle(e, '::before').content")
    assert label == '"No."'
    tab.set_viewport_size({"width": 1280, "height": 900})
    label = tab.locator("table.embargoes td").first.evaluate("e => getComputedStyle(e, '::before').content")
    assert label == "none"


def test_arabic_is_mirrored(publication, visit):
    tab, _, _ = visit(render(publication, "ar"))
    assert tab.evaluate("getComputedStyle(document.body).direction") == "rtl"
    first, last = tab.locator("#figure-1 svg rect").first.bounding_box(), tab.locator("#figure-1 svg").bounding_box()
    assert first["x"] + first["width"] / 2 < last["x"] + last["width"], "bars grow from the right"
    heading = tab.locator("section#key h2").evaluate(
        "h => { const r = document.createRange(); r.selectNodeContents(h); "
        "return r.getBoundingClientRect().right - h.getBoundingClientRect().right; }"
    )
    assert abs(heading) < 3


def test_a_link_leads_to_its_source(publication, visit):
    tab, _, _ = visit(render(publication))
    tab.locator("#arsenal table .ref a").first.click()
    assert tab.url.endswith("#o1")
    tab.locator("#o1 a").last.click()
    assert "#r" in tab.url


def test_data_can_be_saved_offline(publication, visit):
    tab, _, _ = visit(render(publication), accept_downloads=True)
    with tab.expect_download() as saved:
        tab.locator("figure a[download$='.csv']").first.click()
    text = Path(saved.value.path()).read_text("utf-8-sig")
    assert text.splitlines()[0].startswith("key,share,count")
    assert "CHN,0.435" in text


def test_it_prints(publication, visit):
    tab, _, _ = visit(render(publication))
    pdf = tab.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    assert len(pdf) > 20_000


def test_without_javascript_nothing_is_lost(publication, visit):
    tab, said, _ = visit(render(publication), java_script_enabled=False)
    assert said == []
    assert tab.locator("figure svg").count() == 0
    text = tab.locator("main").inner_text()
    for words in ("China", "43.5 %", "1,610 of 2,300 items", "E1"):
        assert words in text


def test_hostile_text_does_nothing(hostile, visit):
    for language in ("en", "ar"):
        tab, said, asked = visit(render(hostile, language))
        assert said == []
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
        assert tab.locator("img").count() == 0
        assert tab.locator("figure[data-drawn=yes]").count() == tab.locator("figure").count() > 0


def test_many_nodes_are_still_drawn_apart(publication, visit):
    """Ten chains of five holders each: labels of one column do not lie on each other."""
    from dataclasses import replace

    block = publication.trace.items[0]
    chain = block.chains[0]
    names = [f"holder number {n}" for n in range(60)]
    chains = tuple(
        chain.model_copy(
            update={
                "share": 0.09,
                "steps": tuple(
                    chain.steps[0].model_copy(
                        update={
                            "from_party": names[k * 6 + step],
                            "to_party": names[k * 6 + step + 1] if step < 4 else "islamic-state",
                        }
                    )
                    for step in range(5)
                ),
            }
        )
        for k in range(8)
    )
    trace = publication.trace.model_copy(update={"items": (block.model_copy(update={"chains": chains}),)})
    tab, said, _ = visit(render(replace(publication, trace=trace)))
    assert said == []
    overlaps = tab.evaluate(
        """() => { const t = [...document.querySelectorAll('figure[data-chart=sankey] svg text')]
             .map(e => e.getBoundingClientRect()); let n = 0;
             t.forEach((a, i) => t.slice(i + 1).forEach(b => {
               const across = a.left + 2 < b.right && b.left + 2 < a.right;
               if (across && a.top + 6 < b.bottom && b.top + 6 < a.bottom) n++; }));
             return n; }"""
    )
    assert overlaps == 0
