"""The campaign: every property test with many times its examples. In the suite they get their small dose."""

import os

from hypothesis import settings


def pytest_collection_modifyitems(config, items):
    times = int(os.environ.get("TAKINGSTOCK_CAMPAIGN", "0"))
    if not times:
        return
    kept, done = [], set()
    for item in items:
        function = getattr(item, "obj", None)
        own = getattr(function, "_hypothesis_internal_use_settings", None)
        if own is None:
            continue
        # Parametrised tests share one function.
        if id(function) not in done:
            done.add(id(function))
            function._hypothesis_internal_use_settings = settings(
                own, max_examples=own.max_examples * times, deadline=None
            )
        kept.append(item)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept
