"""Escaped text as a machine over bytes."""

from hypothesis import example, given
from hypothesis import strategies as st

from tabsynth.codec.notation import ASCII, DEAD, PLAIN, TextMachine

UTF8 = TextMachine.of([(PLAIN, ASCII, PLAIN)], start=PLAIN, final=PLAIN)
NEAR = st.sampled_from(b"\x00\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xc2\xdf\xe0\xe1\xec\xed\xef\xf0\xf3\xf4\xf5\xff")


def ends(data: bytes) -> int:
    state = UTF8.start
    for byte in data:
        state = UTF8.table[state][byte]
        if state == DEAD:
            break
    return state


def is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@given(data=st.binary(max_size=8) | st.lists(NEAR, max_size=6).map(bytes))
@example(data=b"\xed\xa0\x80")
@example(data=b"\xf4\x90\x80\x80")
def test_the_machine_takes_just_what_is_utf_8(data: bytes) -> None:
    assert (ends(data) == PLAIN) == is_utf8(data)


@given(text=st.text(st.characters(exclude_categories=["Cs"])), cut=st.integers(0, 3))
def test_a_character_may_be_split_at_any_byte(text: str, cut: int) -> None:
    data = text.encode()
    assert ends(data[: max(0, len(data) - cut)]) != DEAD
