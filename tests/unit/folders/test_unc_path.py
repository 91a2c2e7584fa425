r"""UNC paths: one reading of every text, or none."""

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from lifecycle.folders.unc_path import MAX_LENGTH, UncPath, problem_of

NAMES = st.text(min_size=1, max_size=20).filter(lambda name: not problem_of(name))
SERVERS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
PATHS = st.builds(UncPath, SERVERS, NAMES, st.lists(NAMES, max_size=5).map(tuple))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("\\\\fs1\\home", ("fs1", "home")),
        ("\\\\fs1\\home\\", ("fs1", "home")),
        ("//fs1/home/ada", ("fs1", "home", "ada")),
        ("\\\\fs1.corp.test\\home$\\A B\\Zoë 王", ("fs1.corp.test", "home$", "A B", "Zoë 王")),
        ("\\\\10.0.0.7\\h\\.config", ("10.0.0.7", "h", ".config")),
        ("\\\\fs1\\home\\console", ("fs1", "home", "console")),
    ],
)
def test_path_is_parsed(text: str, parts: tuple[str, ...]) -> None:
    path = UncPath.parse(text)
    assert (path.server, path.share, *path.parts) == parts


@pytest.mark.parametrize(
    "text",
    [
        "", "home", "D:\\home\\ada", "\\home\\ada", "\\\\", "\\\\fs1", "\\\\fs1\\", "\\\\\\fs1\\home",
        "\\\\fs1\\home\\..\\other", "\\\\fs1\\home\\.\\ada", "\\\\fs1\\..\\c$", "\\\\fs1\\home\\\\ada",
        "\\\\fs1\\home\\ada:stream", "\\\\fs1\\home\\ada::$INDEX_ALLOCATION", "\\\\fs1\\home\\ada.",
        "\\\\fs1\\home\\ada ",
        "\\\\fs1\\home\\NUL", "\\\\fs1\\home\\con.txt", "\\\\fs1\\home\\COM1", "\\\\fs1\\home\\LPT9.x.y",
        "\\\\fs1\\home\\COM²", "\\\\fs1\\home\\aux .txt", "\\\\fs1\\home\\conin$", "\\\\fs1\\home\\a*",
        "\\\\fs1\\home\\a?",
        "\\\\fs1\\home\\a<b", '\\\\fs1\\home\\a"b', "\\\\fs1\\home\\a|b", "\\\\fs1\\home\\a\tb", "\\\\fs1\\home\\a\0b",
        "\\\\?\\UNC\\fs1\\home\\ada", "\\\\?\\C:\\home", "\\\\.\\pipe\\x", "\\\\fs 1\\home", "\\\\fs1:445\\home",
        "\\\\fs1\\home\\" + "a" * 256, "\\\\fs1\\home\\\ud800", "\\\\fs1\\home" + "\\aaaaaaaaa" * (MAX_LENGTH // 10),
    ],
)  # fmt: skip
def test_path_that_could_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"path") as refused:
        UncPath.parse(text)
    assert "ada" not in str(refused.value)


@settings(max_examples=30)
@given(PATHS)
def test_text_of_a_path_is_the_path(path: UncPath) -> None:
    again = UncPath.parse(str(path))
    assert (again.server, again.share, again.parts) == (path.server, path.share, path.parts)


@given(st.text(alphabet=st.sampled_from("\\/.: aAß*?\u0130con1$"), max_size=24))
@example("\\\\a\\a\\a/..")
def test_whatever_is_read_stays_below_its_share(rest: str) -> None:
    try:
        path = UncPath.parse(f"\\\\server\\share\\{rest}")
    except ValueError:
        return
    assert path.is_inside(UncPath("server", "share")) or not path.parts
    assert not {"", ".", ".."} & set(path.parts)
    assert all(part == part.rstrip(". ") and ":" not in part for part in path.parts)


@settings(max_examples=30)
@given(PATHS)
def test_case_makes_no_difference(path: UncPath) -> None:
    louder = UncPath.parse("\\\\" + "\\".join(part.upper() if len(part.upper()) == len(part) else part
                                              for part in (path.server, path.share, *path.parts)))  # fmt: skip
    assert louder == path
    assert hash(louder) == hash(path)


@settings(max_examples=30)
@given(PATHS, NAMES)
def test_inside_is_strict_and_by_whole_names(path: UncPath, name: str) -> None:
    child = path.child(name)
    assert child.is_inside(path)
    assert not path.is_inside(child)
    assert not path.is_inside(path)
    assert child.parent == path
    assert path.is_related(child)
    assert child.is_related(path)
    longer = UncPath(path.server, path.share, (*path.parts, name + "x"))
    assume(longer != child)
    assert not longer.is_inside(child)
    assert not longer.is_related(child)


def test_beside_is_in_the_same_folder() -> None:
    path = UncPath.parse("//fs1/home/ada")
    assert path.beside(".begun") == UncPath.parse("//fs1/home/ada.begun")
    with pytest.raises(ValueError, match="nothing stands beside a share"):
        UncPath("fs1", "home").beside(".begun")


def test_child_is_one_name() -> None:
    with pytest.raises(ValueError, match="a part"):
        UncPath("fs1", "home").child("a\\b")
