"""The kernels compile wherever they are installed."""

import numba
import pytest

from takingstock.trace import kernels


def test_without_a_place_for_the_cache_a_kernel_still_compiles(monkeypatch):
    real = numba.njit
    asked = []

    def no_place(*args, **options):
        asked.append(options.get("cache", False))
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return real(*args, **options)

    monkeypatch.setattr(numba, "njit", no_place)
    double = kernels.compiled(lambda x: 2 * x)
    assert double(21) == 42
    assert asked[:2] == [True, False]


def test_another_fault_of_the_compiler_is_not_hidden(monkeypatch):
    def broken(*args, **options):
        raise RuntimeError("out of order")

    monkeypatch.setattr(numba, "njit", broken)
    with pytest.raises(RuntimeError, match="out of order"):
        kernels.compiled(lambda x: x)
