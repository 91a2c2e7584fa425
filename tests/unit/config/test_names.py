"""Formats and bundles that are refused, and why; and what is read well."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lifecycle.config.loader import load_configuration
from lifecycle.errors import ConfigurationError

ACCOUNT, FULL, PEOPLE = "formats/account.yaml", "formats/full.yaml", "data-sources/people.yaml"
PIECES, MAIL = "alternatives: [[{field: users.name}]]", 'suffix: "@%env.mail%"'
BY_KIND = """\
cases:
  - {when: {field: details.dept, operator: is, value: X}, use: account}
default: account
"""
FORMAT_OF = "format 'account'"
IN_NAMES = "names.0.attributes.sAMAccountName"
THERE = "there are: account, full"

OPERATORS = (
    "'is', 'is_not', 'in', 'not_in', 'contains', 'not_contains', 'starts_with', 'ends_with', 'matches', "
    "'=', '!=', '<', '<=', '>', '>=', 'before', 'after', 'on', 'within_last', 'within_next', 'today', "
    "'between', 'empty' or 'not_empty'"
)

Bad = tuple[str, str, str, str, str]

FORMATS: list[Bad] = [
    (ACCOUNT, PIECES, "", "", "a format has either alternatives, or cases and a default"),
    (ACCOUNT, PIECES, 'alternatives: [[{text: a}, {macro: "%env.base%"}]]', "alternatives.0",
     "reads no field: it would give everybody the same name"),
    (ACCOUNT, "{field: users.name}", '{macro: "%src.users.name"}', "alternatives.0.0.macro",
     "at character 1: macro src.users.name is not closed by %"),
    (ACCOUNT, "{field: users.name}", '{field: users.name}, {macro: "%fx.lowr()%"}', "alternatives.0.1.macro",
     "unknown function fx.lowr; did you mean fx.lower?"),
    (ACCOUNT, "{field: users.name}", "{counter: {width: 0}}", "alternatives.0.0.counter.width",
     "must be at least 1; given: 0"),
    (ACCOUNT, "{field: users.name}", "{counter: {from: 1}}", "alternatives.0.0.counter.width", "is required"),
    (ACCOUNT, "{field: users.name}", "{counter: 5}", "alternatives.0.0.counter", "must be a mapping; given: 5"),
    (ACCOUNT, "{field: users.name}", "{field: users.name, first: 1, nth: 2}", "alternatives.0.0",
     "first and nth exclude each other: a piece takes one part of its field"),
    (ACCOUNT, "{field: users.name}", "{random: 4, case: upper}", "alternatives.0.0",
     "case must stand with a field, not with random"),
    (ACCOUNT, "max_length: 20", "max_length: 20\nsuffix: " + "x" * 20, "max_length",
     "suffix and numbers fill all of the 20 characters"),
    (FULL, PIECES + "\n" + MAIL + "\n", BY_KIND.replace("default: account", "default: none"), "default",
     f"no format named 'none'; {THERE}"),
    (FULL, PIECES + "\n" + MAIL + "\n", BY_KIND.replace("use: account", "use: acount"), "cases.0.use",
     f"no format named 'acount'; {THERE}"),
    (FULL, PIECES + "\n" + MAIL + "\n", BY_KIND.replace("use: account", "use: full"), "cases.0.use",
     "format 'full' has cases itself: a case uses a format with alternatives"),
    (FULL, PIECES + "\n" + MAIL + "\n", BY_KIND.replace("default: account", "default: full"), "default",
     "format 'full' has cases itself: a case uses a format with alternatives"),
    (FULL, PIECES + "\n", BY_KIND, "", "suffix: say it in the formats that the cases use"),
    (FULL, PIECES + "\n" + MAIL + "\n", BY_KIND.replace("default: account\n", ""), "",
     "cases and default stand together: default is for those whom no case meets"),
    (FULL, PIECES + "\n" + MAIL + "\n", BY_KIND.replace("operator: is,", "operator: like,"), "cases.0.when.operator",
     f"must be {OPERATORS}; given: 'like'"),
]  # fmt: skip

BUNDLES: list[Bad] = [
    (ACCOUNT, "max_length: 20", "max_length: 21", IN_NAMES,
     f"{FORMAT_OF} allows 21 characters; sAMAccountName holds at most 20: say so in max_length"),
    (ACCOUNT, "max_length: 20", 'max_length: 20\nsuffix: "@%env.mail%"', IN_NAMES,
     f"{FORMAT_OF} has '@' in its suffix; sAMAccountName never holds that"),
    (ACCOUNT, "max_length: 20", "max_length: 20\ncounter_separator: '+/'", IN_NAMES,
     f"{FORMAT_OF} has '+/' in its counter_separator; sAMAccountName never holds that"),
    (ACCOUNT, "max_length: 20", "max_length: 20\nsuffix: .", IN_NAMES,
     f"{FORMAT_OF} ends in a dot; sAMAccountName never does"),
    (FULL, MAIL, MAIL + "\nmax_length: 65", "names.1.attributes.cn",
     "format 'full' allows 65 characters; cn holds at most 64: say so in max_length"),
    (PEOPLE, "{sAMAccountName: account}", "{sAMAccountname: account}", "names.0.attributes.sAMAccountname",
     "is spelled sAMAccountName"),
    (PEOPLE, "{sAMAccountName: account}", "{sAMAccountName: account, Mail: full}", "names.0.attributes.Mail",
     "is spelled mail"),
    (PEOPLE, "{sAMAccountName: account}", "{sAMAccountName: account}\n    on_clash: again", "names.0.on_clash",
     "must be 'next_then_counter', 'next', 'counter' or 'reject'; given: 'again'"),
    (PEOPLE, "{sAMAccountName: account}", "{sAMAccountName: account}\n    scope: ou", "names.0.scope",
     "must be 'forest', 'domain' or 'container'; given: 'ou'"),
    (PEOPLE, "scope: container", "scope: container\n    never_reuse: true", "names.1.never_reuse",
     "is for names that are unique everywhere: a cn may come again"),
    (PEOPLE, "scope: container", "scope: domain", "names.1.scope",
     "cn is unique in its OU: it needs a bundle of its own, with scope container"),
    (FULL, MAIL, 'suffix: "@a@%env.mail%"', "names.0.attributes.mail",
     "format 'full' has more than one @ in its suffix; mail holds exactly one"),
    (FULL, MAIL, 'suffix: "@"', "names.0.attributes.mail",
     "format 'full' has nothing behind the @; mail needs a domain"),
    (FULL, MAIL, 'suffix: "@x y"', "names.0.attributes.mail",
     "format 'full' has ' ' in its suffix; mail never holds that"),
    (FULL, PIECES + "\n" + MAIL, "alternatives: [[{text: a}, {random: 5}]]", "names.0.attributes.mail",
     "format 'full' has no @ in its suffix; mail holds exactly one"),
    (FULL, PIECES, "alternatives: [[{counter: {width: 5}}]]", "names.0.attributes",
     "format 'full' has a running number: it needs a bundle of its own, or the others are numbered along"),
]  # fmt: skip


def _change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize(("file", "old", "new", "path", "problem"), FORMATS)
def test_a_bad_format_is_refused(
    file: str, old: str, new: str, path: str, problem: str, write_configuration: Callable[..., Path]
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load_configuration(write_configuration(file, old, new))
    assert (Path(refused.value.file).name, refused.value.path, refused.value.problem) == (
        Path(file).name,
        path,
        problem,
    )


@pytest.mark.parametrize(("file", "old", "new", "path", "problem"), BUNDLES)
def test_a_bad_bundle_is_refused(
    file: str, old: str, new: str, path: str, problem: str, write_configuration: Callable[..., Path]
) -> None:
    folder = write_configuration(file, old, new)
    if file == FULL and path.startswith("names.0"):
        _change(folder / PEOPLE, "{sAMAccountName: account}", "{sAMAccountName: account, mail: full}")
    with pytest.raises(ConfigurationError) as refused:
        load_configuration(folder)
    assert (Path(refused.value.file).name, refused.value.path, refused.value.problem) == ("people.yaml", path, problem)


def test_a_running_number_that_is_rejected_is_refused(write_configuration: Callable[..., Path]) -> None:
    folder = write_configuration(ACCOUNT, PIECES, "alternatives: [[{text: E}, {counter: {width: 5}}]]")
    _change(folder / PEOPLE, "{sAMAccountName: account}\n", "{sAMAccountName: account}\n    on_clash: reject\n")
    with pytest.raises(ConfigurationError) as refused:
        load_configuration(folder)
    assert (refused.value.path, refused.value.problem) == (
        "names.0.on_clash",
        "format 'account' has a running number: with reject there is one name in all",
    )


@pytest.mark.parametrize(
    ("new", "path"),
    [
        ('{macro: "%src.users.nam%"}', "names.0.attributes.sAMAccountName"),
        ("{field: users.nam}", "names.0.attributes.sAMAccountName"),
    ],
)
def test_a_field_inside_a_format_is_looked_up_where_it_is_used(
    new: str, path: str, write_configuration: Callable[..., Path]
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load_configuration(write_configuration(ACCOUNT, "{field: users.name}", new))
    assert refused.value.path == path
    assert refused.value.problem.startswith("format 'account' asks for what is not here: no field named 'users.nam'")


def test_a_condition_s_field_is_looked_up_where_it_is_used(write_configuration: Callable[..., Path]) -> None:
    cases = BY_KIND.replace("details.dept", "details.dpt")
    with pytest.raises(ConfigurationError) as refused:
        load_configuration(write_configuration(FULL, PIECES + "\n" + MAIL + "\n", cases))
    assert refused.value.path == "names.1.attributes.cn"
    assert "no field named 'details.dpt'" in refused.value.problem


def test_an_advanced_format_stands_where_a_format_can(write_configuration: Callable[..., Path]) -> None:
    configuration = load_configuration(write_configuration(FULL, PIECES + "\n" + MAIL + "\n", BY_KIND))
    assert configuration.formats["full"].is_advanced
    assert configuration.name_fields(configuration.data_sources["people"]) == {"users.name", "details.dept"}
