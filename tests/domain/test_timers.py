"""The earliest deadline is the earliest, whatever was set, moved, cleared or dropped before."""

from hypothesis import given
from hypothesis import strategies as st

from coordinator.domain.state.timers import Timers, timers_of

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["set", "clear", "next", "back", "keep"]),
        st.sampled_from(["answer", "arrive"]),
        st.sampled_from("abcde"),
        st.integers(min_value=0, max_value=40),
    ),
    max_size=60,
)


def earliest(due: dict[tuple[str, str], int]) -> tuple[int, str, str] | None:
    if not due:
        return None
    (kind, id_), due_at = min(due.items(), key=lambda it: (it[1], f"{it[0][0]}:{it[0][1]}"))
    return due_at, kind, id_


@given(STEPS)
def test_timers_are_a_map_with_a_minimum(steps: list[tuple[str, str, str, int]]) -> None:
    timers, due = Timers(), dict[tuple[str, str], int]()
    history = [(timers, dict(due))]
    for step, kind, id_, at in steps:
        if step == "set":
            timers, due = timers.set(kind, id_, at), due | {(kind, id_): at}
        elif step == "clear":
            timers, due = (
                timers.clear(kind, id_),
                {k: v for k, v in due.items() if k != (kind, id_)},
            )
        elif step == "back":
            # A speculation was dropped: what it did must not be seen in the state before it.
            timers, due = history[at % len(history)]
        elif step == "keep":
            # A snapshot is read: the heap is made when somebody asks.
            timers = timers_of(dict(timers.due.items()))
        else:
            assert timers.next() == earliest(due)
        history.append((timers, dict(due)))

    for kept, expected in history:
        assert kept.next() == earliest(expected)
        assert {tuple(key.split(":")): at for key, at in kept.due.items()} == expected
        assert timers_of(dict(kept.due.items())).next() == earliest(expected)


def test_what_was_moved_a_thousand_times_is_forgotten() -> None:
    timers = Timers().set("answer", "z", 10**6)
    for at in range(20_000):
        timers = timers.set("answer", "a", at)

    assert timers.next() == (19_999, "answer", "a")
    assert len(timers.due) == 2
    assert timers.waiting < 2_000
