"""A task that hangs, crashes or asks for too much ends itself, with words; the others go on."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from takingstock.evidence.workers import Failure, Pool


def test_results_of_all_tasks_and_words_for_those_that_end_badly() -> None:
    how = ["ok", "crash", "ok", "hang", "greedy", "ok", "raise", "exit", "ok"]
    start = time.monotonic()
    with Pool("naughty:behave", cores=2, seconds=3) as pool:
        found = dict(pool.run((number, (name, number)) for number, name in enumerate(how)))
    assert time.monotonic() - start < 40
    assert [found[number] for number, name in enumerate(how) if name == "ok"] == [0, 4, 10, 16]
    words = {name: found[number].words for number, name in enumerate(how) if isinstance(found[number], Failure)}
    assert words["crash"] == "the parser crashed (SIGSEGV)"
    assert words["hang"] == "took more than 3 s: stopped"
    assert words["greedy"] == "needed more than 3 GB: stopped"
    assert words["raise"] == "ValueError: a file to be ashamed of"
    assert words["exit"] == "the parser stopped (exit code 3)"


def test_tasks_are_taken_only_as_they_can_be_worked_on() -> None:
    taken = []

    def tasks():  # type: ignore[no-untyped-def]
        for number in range(20):
            taken.append(number)
            yield number, ("ok", number)

    with Pool("naughty:behave", cores=2) as pool:
        for done, _ in enumerate(pool.run(tasks()), start=1):
            assert len(taken) <= done + 2
    assert taken == list(range(20))


def test_a_worker_is_not_charged_for_loading_its_libraries() -> None:
    with Pool("slow_start:call", cores=1, seconds=1) as pool:
        assert list(pool.run([("a", (3,)), ("b", (4,))])) == [("a", 3), ("b", 4)]


def test_a_script_without_a_guard_may_use_it(tmp_path: Path) -> None:
    """Workers never run the caller's script, also where it comes on standard input."""
    script = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from takingstock.evidence.workers import Pool\n"
        "with Pool('naughty:behave', cores=1) as pool:\n"
        "    print(list(pool.run([('a', ('ok', 4))])))\n"
    )
    (tmp_path / "script.py").write_text(script)
    for call in ([str(tmp_path / "script.py")], ["-"]):
        done = subprocess.run(
            [sys.executable, *call], input=script, capture_output=True, text=True, check=False, cwd=tmp_path
        )
        assert done.stdout == "[('a', 8)]\n", done.stderr


def test_what_waits_behind_a_task_that_ends_badly_is_done_by_others() -> None:
    """With tasks handed out ahead: the one that ended its worker is blamed, and no other."""
    how = ["ok", "crash", "ok", "ok", "hang", "ok", "exit", "ok", "ok", "crash", "ok", "ok"]
    taken = []

    def tasks():  # type: ignore[no-untyped-def]
        for number, name in enumerate(how):
            taken.append(number)
            yield number, (name, number)

    found = {}
    with Pool("naughty:behave", cores=2, seconds=2, ahead=2) as pool:
        for key, result in pool.run(tasks()):
            assert key not in found
            found[key] = result
            assert len(taken) <= len(found) + 2 * 3
    assert [found[number] for number, name in enumerate(how) if name == "ok"] == [0, 4, 6, 10, 14, 16, 20, 22]
    words = [found[number].words for number, name in enumerate(how) if name != "ok"]
    assert words == [
        "the parser crashed (SIGSEGV)",
        "took more than 2 s: stopped",
        "the parser stopped (exit code 3)",
        "the parser crashed (SIGSEGV)",
    ]


def test_workers_keep_linear_algebra_to_one_thread() -> None:
    with Pool("naughty:threads", cores=1) as pool:
        assert list(pool.run([("a", ())])) == [("a", "1")]
