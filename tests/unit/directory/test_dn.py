"""Distinguished names: escaping, parsing, and keys that do not depend on the spelling."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from lifecycle.directory import dn

BASE = "OU=Staff,DC=corp,DC=test"


@pytest.mark.parametrize(
    ("value", "escaped"),
    [
        ("Ann Lee", "Ann Lee"),
        ("Smith, Jr.", "Smith\\, Jr."),
        ('a+b"c\\d<e>f;g=h', 'a\\+b\\"c\\\\d\\<e\\>f\\;g\\=h'),
        ("#1 C#", "\\#1 C#"),
        (" x ", "\\ x\\ "),
        (" ", "\\ "),
        ("  ", "\\ \\ "),
        ("a\0b\nc\x7f", "a\\00b\\0Ac\\7F"),
        ("Zoë 王", "Zoë 王"),
        ("", ""),
    ],
)
def test_value_is_escaped(value: str, escaped: str) -> None:
    """RFC 4514, section 2.4."""
    assert dn.escape_value(value) == escaped


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("", ()),
        ("CN=a", (("CN", "a"),)),
        ("CN=a,DC=b", (("CN", "a"), ("DC", "b"))),
        ("CN = a , DC= b", (("CN", "a"), ("DC", "b"))),
        ("CN=Smith\\, Jr.,DC=b", (("CN", "Smith, Jr."), ("DC", "b"))),
        ("CN=Smith\\2C Jr.,DC=b", (("CN", "Smith, Jr."), ("DC", "b"))),
        ("CN=Zo\\C3\\AB,DC=b", (("CN", "Zoë"), ("DC", "b"))),
        ('CN="a, b",DC=b', (("CN", "a, b"), ("DC", "b"))),
        ("CN=a\\ ,DC=b", (("CN", "a "), ("DC", "b"))),
        ("CN=\\ \\ a\\20,DC=b", (("CN", "  a "), ("DC", "b"))),
        ("CN=a=b,DC=b", (("CN", "a=b"), ("DC", "b"))),
        ("CN=,DC=b", (("CN", ""), ("DC", "b"))),
        ("CN=a\\\\,DC=b", (("CN", "a\\"), ("DC", "b"))),
    ],
)
def test_name_is_parsed(name: str, parts: tuple[tuple[str, str], ...]) -> None:
    assert dn.parse(name) == parts


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("Ann Secret", "a component of a distinguished name is not attribute=value"),
        ("=Secret,DC=b", "a component of a distinguished name is not attribute=value"),
        ("CN=Secret,,DC=b", "a component of a distinguished name is not attribute=value"),
        ('CN="Secret,DC=b', "a distinguished name has an unclosed quotation mark"),
        ("CN=Secret\\", "a distinguished name ends in the middle of an escape"),
        ("CN=Secret\\C3,DC=b", "the escapes of a distinguished name are not UTF-8"),
    ],
)
def test_text_that_is_no_name_is_refused_without_repeating_it(name: str, problem: str) -> None:
    with pytest.raises(ValueError, match="distinguished") as refused:
        dn.parse(name)
    assert str(refused.value) == problem


@pytest.mark.parametrize(
    ("name", "leaf", "parent"),
    [
        ("CN=Ann,OU=Staff,DC=b", "Ann", "OU=Staff,DC=b"),
        ("CN=Smith\\, Jr., OU=Staff", "Smith, Jr.", "OU=Staff"),
        ('CN="a,b",OU=Staff', "a,b", "OU=Staff"),
        ("DC=b", "b", ""),
    ],
)
def test_leaf_and_parent(name: str, leaf: str, parent: str) -> None:
    assert (dn.leaf_value(name), dn.parent(name)) == (leaf, parent)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CN=Ann,DC=b", "cn=ANN,dc=B"),
        ("CN=Ann,DC=b", "CN=Ann, DC=b"),
        ("CN=Ann,DC=b", "CN=Ann ,DC=b"),
        ("CN=Ann,DC=b", " CN = Ann , DC = b "),
        ("CN=a\\,b,DC=b", "CN=a\\2Cb,DC=b"),
        ("CN=a\\,b,DC=b", "CN=a\\2cb,DC=b"),
        ("CN=a\\,b,DC=b", 'CN="a,b",DC=b'),
        ("CN=a=b,DC=b", "CN=a\\=b,DC=b"),
        ("CN=<a>;b+c,DC=b", "CN=\\<a\\>\\;b\\+c,DC=b"),
        ("CN=\\#Platform,DC=b", "CN=#Platform,DC=b"),
        ("CN=Straße,DC=b", "CN=STRASSE,DC=b"),
        ("CN=Zo\\c3\\ab,DC=b", "CN=Zoë,DC=b"),
    ],
)
def test_key_is_the_same_for_two_spellings(one: str, other: str) -> None:
    assert dn.key(one) == dn.key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CN=a,DC=b", "CN=a"),
        ("CN=a\\,DC=b", "CN=a,DC=b"),
        ("CN=a\\ ,DC=b", "CN=a,DC=b"),
        ("CN=a\\\\,DC=b", "CN=a,DC=b"),
        ("CN=a\\5c2cb", "CN=a\\2cb"),
        ("CN=a,DC=b", "OU=a,DC=b"),
    ],
)
def test_key_differs_for_two_names(one: str, other: str) -> None:
    assert dn.key(one) != dn.key(other)


@pytest.mark.parametrize(
    ("name", "below"),
    [
        (BASE, True),
        ("CN=Ann," + BASE, True),
        ("cn=ann, ou=IT, ou=staff, dc=corp, dc=test", True),
        ("CN=Smith\\, Jr.," + BASE, True),
        ("OU=OtherStaff,DC=corp,DC=test", False),
        ("DC=corp,DC=test", False),
        ("CN=Ann,OU=Staff,DC=other,DC=test", False),
        # One component whose value ends in the base's text: it stands beside the OU, not below it.
        ("CN=Ann\\,OU=Staff,DC=corp,DC=test", False),
        ("CN=Ann\\2cOU=Staff,DC=corp,DC=test", False),
        ('CN="Ann,OU=Staff",DC=corp,DC=test', False),
        ("CN=Ann\\," + BASE.replace(",", "\\,"), False),
    ],
)
def test_is_below_compares_components(name: str, below: bool) -> None:
    assert dn.is_below(name, BASE) is below


VALUES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8) | st.text(
    st.sampled_from(' ,+"\\<>;=#aA1\0'), min_size=1, max_size=6
)
ATTRIBUTES = st.sampled_from(["CN", "ou", "Dc"])
NAMES = st.lists(st.tuples(ATTRIBUTES, VALUES), min_size=1, max_size=4)


def joined(parts: list[tuple[str, str]]) -> str:
    name = ""
    for attribute, value in reversed(parts):
        name = dn.join(attribute, value, name)
    return name


def respelled(parts: list[tuple[str, str]], choose: st.DataObject) -> str:
    """The same name as another writer may spell it: hexadecimal, quoted, with spaces, in the other case."""
    pieces = []
    for attribute, value in parts:
        plain = dn.escape_value(value)
        styles = [plain, "".join(f"\\{byte:02x}" for byte in value.encode()), f"  {plain} "]
        if not set('"\\') & set(value):
            styles.append(f'"{value}"')
        name = attribute.swapcase() if choose.draw(st.booleans()) else f" {attribute} "
        pieces.append(f"{name}={choose.draw(st.sampled_from(styles))}")
    return choose.draw(st.sampled_from([",", ", ", " , "])).join(pieces)


@given(NAMES)
@example([("CN", " ")])
@example([("CN", "\\")])
def test_join_is_undone_by_leaf_value_and_parent(parts: list[tuple[str, str]]) -> None:
    name = joined(parts)
    assert dn.parse(name) == tuple(parts)
    assert dn.leaf_value(name) == parts[0][1]
    assert dn.parent(name) == joined(parts[1:])


@given(NAMES, st.data())
def test_key_is_independent_of_the_spelling(parts: list[tuple[str, str]], choose: st.DataObject) -> None:
    assert dn.key(respelled(parts, choose)) == dn.key(joined(parts))


@given(NAMES)
def test_key_is_a_spelling_of_the_name(parts: list[tuple[str, str]]) -> None:
    key = dn.key(joined(parts))
    assert dn.key(key) == key
    assert len(dn.parse(key)) == len(parts)
    assert key.count(",") == len(parts) - 1


@given(NAMES, NAMES)
def test_is_below_holds_for_descendants_alone(child: list[tuple[str, str]], base: list[tuple[str, str]]) -> None:
    assert dn.is_below(joined(child + base), joined(base))
    assume([(a.lower(), v.casefold()) for a, v in child] != [(a.lower(), v.casefold()) for a, v in base])
    ends = [(a.lower(), v.casefold()) for a, v in child[-len(base) :]]
    assert dn.is_below(joined(child), joined(base)) is (ends == [(a.lower(), v.casefold()) for a, v in base])
