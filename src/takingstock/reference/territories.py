"""Names of territories in many languages: Unicode CLDR as Babel ships it; a language is read when asked for."""

from __future__ import annotations

from functools import lru_cache

# In the order of trial: the languages of the United Nations first, then those met in records of this field.
LANGUAGES = ("ar", "fr", "ru", "es", "zh", "de", "fa", "ku", "ckb", "tr", "uk", "it", "pt", "pl", "sr", "ur", "he")


@lru_cache(maxsize=128)
def names(language: str) -> dict[str, str]:
    """Alpha-2 code to name in this language (``ar``, ``zh_Hant``, ``pt-BR``); empty where CLDR has no such language."""
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return {}
    return {str(code): str(name) for code, name in locale.territories.items()}


def name(alpha2: str, language: str) -> str | None:
    """The name of one territory, or None where the language or the territory is missing."""
    return names(language).get(alpha2)
