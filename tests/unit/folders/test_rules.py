"""Which folders may be touched: strictly below a root, and nobody else's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.folders.rules import FolderRefusal, Occupied, move_refusal, refusal_of
from lifecycle.folders.unc_path import UncPath, problem_of

ROOTS = (UncPath.parse("//fs1/home"), UncPath.parse("//fs2/data/users"))
ADA = UncPath.parse("//fs1/home/ada")


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        ("//fs1/home/ada", None),
        ("//FS1/Home/ada/deep", None),
        ("//fs2/data/users/ada", None),
        ("//fs1/home", FolderRefusal.IS_ROOT),
        ("//FS2/Data/Users", FolderRefusal.IS_ROOT),
        ("//fs2/data", FolderRefusal.IS_ROOT),
        ("//fs1/homes/ada", FolderRefusal.OUTSIDE_ROOTS),
        ("//fs1/other/ada", FolderRefusal.OUTSIDE_ROOTS),
        ("//fs2/data/usersx/ada", FolderRefusal.OUTSIDE_ROOTS),
        ("//fs3/home/ada", FolderRefusal.OUTSIDE_ROOTS),
    ],
)
def test_refusal_by_place(path: str, refusal: FolderRefusal | None) -> None:
    assert refusal_of(UncPath.parse(path), ROOTS, ()) is refusal


@pytest.mark.parametrize(
    "other",
    [
        "\\\\fs1\\home\\ada", "\\\\FS1\\HOME\\ADA\\", "//fs1/home/ada", "\\\\fs1\\home\\ada\\documents",
        "\\\\fs1\\home\\", "\\\\fs1\\home",
        "  \\\\fs1\\home\\ada ", "\\\\fs1\\home\\bob\\..\\ada", "\\\\fs1\\home\\.\\ada",
        "\\\\fs1\\home\\ada.", "\\\\fs1\\\\home\\\\ada", "\\\\?\\UNC\\fs1\\home\\ada", "\\\\fs1.corp.test\\home\\ada",
        "\\\\fs1\\home\\ada:stream",
    ],
)  # fmt: skip
def test_folder_that_another_account_names_is_refused_however_it_is_spelled(other: str) -> None:
    assert refusal_of(ADA, ROOTS, (other,)) is FolderRefusal.OF_ANOTHER


def test_two_dots_do_not_lead_out_of_a_share() -> None:
    others = ("\\\\fs1\\home\\..\\..\\home\\x",)
    assert refusal_of(UncPath.parse("//fs1/home/home/x"), ROOTS, others) is FolderRefusal.OF_ANOTHER
    assert refusal_of(UncPath.parse("//fs1/home/x"), ROOTS, others) is None


@pytest.mark.parametrize(
    "other", ["", "D:\\home\\ada", "\\\\fs1", "\\\\fs1\\home\\adam", "\\\\fs1\\home\\bob", "\\\\fs2\\home\\ada", "ada"]
)
def test_folder_of_nobody_else_passes(other: str) -> None:
    assert refusal_of(ADA, ROOTS, (other,)) is None


def test_addresses_are_not_cut_at_their_first_dot() -> None:
    roots = (UncPath.parse("//10.0.0.1/home"),)
    path = UncPath.parse("//10.0.0.1/home/ada")
    assert refusal_of(path, roots, ("\\\\10.0.0.2\\home\\ada",)) is None
    assert refusal_of(path, roots, ("\\\\10.0.0.1\\home\\ada",)) is FolderRefusal.OF_ANOTHER


@pytest.mark.parametrize(
    ("source", "target", "refusal"),
    [
        ("//fs1/home/ada", "//fs2/data/users/ada", None),
        ("//fs1/home/ada", "//FS1/HOME/ADA", FolderRefusal.ONTO_ITSELF),
        ("//fs1/home/ada", "//fs1/home/ada/new", FolderRefusal.ONTO_ITSELF),
        ("//fs1/home/ada/old", "//fs1/home/ada", FolderRefusal.ONTO_ITSELF),
        ("//fs1/home/ada", "//fs3/home/ada", FolderRefusal.OUTSIDE_ROOTS),
        ("//fs3/home/ada", "//fs1/home/ada", FolderRefusal.OUTSIDE_ROOTS),
        ("//fs1/home/ada", "//fs1/home/bob", FolderRefusal.OF_ANOTHER),
        ("//fs1/home/bob", "//fs1/home/ada", FolderRefusal.OF_ANOTHER),
    ],
)
def test_move_holds_both_places_against_the_rules(source: str, target: str, refusal: FolderRefusal | None) -> None:
    others = ("\\\\fs1\\home\\bob",)
    assert move_refusal(UncPath.parse(source), UncPath.parse(target), ROOTS, others) is refusal


NAMES = st.text(alphabet="abAB.1", min_size=1, max_size=3).filter(lambda name: not problem_of(name))
PATHS = st.lists(NAMES, max_size=3).map(lambda parts: UncPath("fs1", "home", tuple(parts)))


@given(PATHS, PATHS, st.lists(PATHS, max_size=3))
def test_what_passes_is_below_a_root_and_apart_from_all_others(
    root: UncPath, path: UncPath, others: list[UncPath]
) -> None:
    if refusal_of(path, (root,), map(str, others)) is None:
        assert path.is_inside(root)
        assert not any(other.is_related(path) for other in others)
    elif path.is_inside(root):
        assert any(other.is_related(path) for other in others)


@given(PATHS, st.lists(PATHS, max_size=6), st.integers(0, 6))
def test_occupied_finds_the_same_as_a_look_at_every_account(path: UncPath, homes: list[UncPath], own: int) -> None:
    occupied = Occupied()
    for number, home in enumerate(homes):
        occupied.add(str(home), str(number))
    others = [str(home) for number, home in enumerate(homes) if number != own]

    below = path.child("x")  # strictly below its root, whatever was drawn

    found = occupied.others(below, str(own))

    assert set(found) <= set(others)
    assert (refusal_of(below, (UncPath("fs1", "home"),), others) is FolderRefusal.OF_ANOTHER) is bool(found)


@pytest.mark.parametrize("text", ["D:\\home\\ada", "", "\\\\fs1", "home"])
def test_occupied_passes_over_what_is_on_no_share(text: str) -> None:
    occupied = Occupied()
    occupied.add(text, "somebody")
    assert occupied.others(ADA, "ada") == ()
