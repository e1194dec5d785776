"""Write docs/report.png: the first page and two figures of the English report on the bundled case.

Run: python scripts/build_picture.py (needs Chromium; TAKINGSTOCK_CHROMIUM names another than /usr/bin/chromium).
``make docs`` does not run it: a picture differs with the fonts of the machine.
"""

from __future__ import annotations

import base64
import os
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "report.png"
SHEET = ViewportSize(width=1200, height=905)
PANEL = ViewportSize(width=780, height=1182)
MOST = 300_000
CLASS = "HMMWV"
STYLE = (
    "body{margin:0;background:#e9e6de;display:flex;gap:16px;padding:16px;box-sizing:border-box;height:905px}"
    "div{width:576px;height:873px;background:#fff;outline:1px solid #b9b9b9;overflow:hidden}"
    "img{width:576px;display:block}"
)


def picture(browser: Browser, report: Path) -> bytes:
    """The sheet as one PNG: the first page beside a class with its chain and the map."""
    page = browser.new_page(viewport=PANEL)
    page.goto(report.as_uri())
    panels = (page.screenshot(), _chain(page), _map(page))
    page.close()
    first, *figures = (f'<img src="data:image/png;base64,{base64.b64encode(panel).decode()}">' for panel in panels)
    sheet = browser.new_page(viewport=SHEET)
    sheet.set_content(f"<style>{STYLE}</style><div>{first}</div><div>{''.join(figures)}</div>")
    made = sheet.screenshot()
    sheet.close()
    return made


def _chain(page: Page) -> bytes:
    """From the heading of a class down to the end of its table."""
    heading = page.locator("section#chains h3", has_text=CLASS).first
    return _band(page, _edge(heading, "top") - 24, _edge(heading.locator("~ .tablewrap").first, "bottom"))


def _map(page: Page) -> bytes:
    drawing = page.locator("figure[data-chart=map]").first
    return _band(page, _edge(drawing, "top") - 16, _edge(drawing, "bottom") + 8)


def _edge(element: Locator, edge: str) -> float:
    return float(element.evaluate(f"e => e.getBoundingClientRect().{edge} + window.scrollY"))


def _band(page: Page, top: float, bottom: float) -> bytes:
    return page.screenshot(full_page=True, clip={"x": 0, "y": top, "width": PANEL["width"], "height": bottom - top})


def main() -> None:
    from takingstock.verbs import demo

    chromium = os.environ.get("TAKINGSTOCK_CHROMIUM", "/usr/bin/chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        out = Path(folder) / "demo"
        demo(out)
        arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        browser = driver.chromium.launch(executable_path=chromium, args=arguments)
        made = picture(browser, out / "report.html")
        browser.close()
    if len(made) > MOST:
        raise SystemExit(f"the picture has {len(made):,} bytes, more than {MOST:,}: take a smaller panel")
    TARGET.write_bytes(made)
    print(f"{TARGET.relative_to(ROOT)}: {len(made):,} bytes")


if __name__ == "__main__":
    main()
