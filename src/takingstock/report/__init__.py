"""A case turned into a publication: one self-contained page that works offline and prints."""

from takingstock.report.build import build
from takingstock.report.html import render
from takingstock.report.language import languages
from takingstock.report.model import Paragraph, Publication, Versions

__all__ = ["Paragraph", "Publication", "Versions", "build", "languages", "render"]
