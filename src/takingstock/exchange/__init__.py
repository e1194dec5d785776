"""Readers of other people's files, and writers: our own template and the SIPRI trade register."""

from takingstock.exchange.loading import load
from takingstock.exchange.reading import Reading
from takingstock.exchange.recognising import READERS, recognise, recognised
from takingstock.exchange.sipri import read_sipri
from takingstock.exchange.template import read_template
from takingstock.exchange.template_writer import blank_template, write_template

__all__ = [
    "READERS",
    "Reading",
    "blank_template",
    "load",
    "read_sipri",
    "read_template",
    "recognise",
    "recognised",
    "write_template",
]
