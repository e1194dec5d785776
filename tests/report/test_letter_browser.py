"""The letter in a real browser: nothing complains, it fits an A4 page, Arabic runs from right to left."""

from pathlib import Path

import pytest

from takingstock.records import DateRange, TraceRequest
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory
from takingstock.report.letter import as_html

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium: apt-get install chromium fonts-noto-core"),
]
REQUEST = TraceRequest(
    id="tr-0123456789",
    recipient="ROU",
    requester="Documentation Centre",
    item="rifle.assault.ak.akm",
    serial="1978 AB 4471",
    made_in="ROU",
    made=DateRange.parse("1978"),
    marks=("a long mark " * 12,),
    circumstances="Recovered in a house after fighting. " * 6,
    place="Ramadi",
)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_letter_prints(language, tmp_path):
    playwright = pytest.importorskip("playwright.sync_api")
    html = as_html(REQUEST, language, directory=directory(), taxonomy=taxonomy(), covered=True)
    file = tmp_path / "letter.html"
    file.write_text(html, encoding="utf-8")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        said, asked = [], []
        tab = browser.new_context(offline=True).new_page()
        tab.on("console", lambda message: said.append(message.text))
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(file.as_uri())
        tab.emulate_media(media="print")
        # The width of A4 without its margins, at 96 dots an inch.
        tab.set_viewport_size({"width": 627, "height": 900})
        wide = tab.evaluate("document.documentElement.scrollWidth")
        label, value = (tab.locator(f"header tr >> nth=0 >> {cell}").bounding_box() for cell in ("th", "td"))
        printed = tab.pdf(prefer_css_page_size=True)
        browser.close()
    assert said == []
    assert asked == [file.as_uri()]
    assert wide <= 627
    assert (label["x"] > value["x"]) == (language == "ar")
    assert b"/MediaBox [0 0 594.95996 841.91998]" in printed or b"/MediaBox [0 0 595" in printed
