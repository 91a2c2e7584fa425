"""I1: a list of actions that is carried out stays so, however many nights follow and whatever is refused in them."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from blocks.scripts import ScriptFolder
from tests.cases.permissions import CREATE_CHILD, WRITE_PROPERTY, denied
from tests.cases.world import AUTOMATION, World

pytestmark = pytest.mark.timeout(3600)  # all nights are lived through in the first test
COUNTING = """
import pathlib, sys
with pathlib.Path(sys.argv[1]).open("a", encoding="utf-8") as log:
    log.write(f"{sys.argv[2]} {sys.argv[3]}\\n")
print("{}")
"""
"""A script that notes for whom it ran."""
ANY = {"count": 1000, "percent": 100}


class Story:
    """People whose lists of actions were begun, and what was to be seen of them after some nights.

    Args:
        world: Everybody has an account.
        log: What the script writes.
    """

    def __init__(self, world: World, log: Path) -> None:
        self.world, self._log = world, log
        self.leaver, self.unmoved, self.mover, self.rehire, self.enabled = _ordinary(world, 5)
        for key in (self.leaver, self.unmoved):
            account = world.account(key)
            world.cloud.sync_user(account["objectguid"][0], upn=account["userprincipalname"][0])
        self.seen: dict[str, dict[str, object]] = {}

    def script(self, rule: str) -> dict[str, object]:
        """An action of which nothing shows that it was done."""
        arguments = [str(self._log), rule, "%ad.employeeID%"]
        return {"action": "run-script", "script": "count.py", "arguments": arguments}

    def give_leavers(self, *more: dict[str, object]) -> None:
        """Write the leavers' list."""
        actions = [{"action": "disable-user"}, {"action": "revoke-sessions"}, self.script("leavers"), *more]
        self.world.write_policy("leaver", actions)

    def nights(self, count: int, name: str) -> None:
        """Let so many nights pass, and keep what is to be seen then."""
        for _ in range(count):
            assert self.world.sync_state().is_completed()
        lines = self._log.read_text("utf-8").splitlines() if self._log.exists() else []
        seen: dict[str, object] = {line: lines.count(line) for line in lines}
        for key in (self.leaver, self.unmoved, self.mover, self.rehire, self.enabled):
            account = self.world.account(key)
            seen[f"enabled {key}"] = self.world.is_enabled(account)
            seen[f"dn {key}"] = account["dn"][0]
            seen[f"title {key}"] = account.get("title", [""])[0]
        for key in (self.leaver, self.unmoved):
            (guid,) = self.world.account(key)["objectguid"]
            seen[f"revocations {key}"] = self.world.cloud.state(guid)["revocations"]
        self.seen[name] = seen

    def live(self) -> None:
        """Let everything happen: leaving, moving and coming back, with and without rights to carry it out."""
        world, halo = self.world, self.world.halo
        dns = {key: world.account(key)["dn"][0] for key in (self.mover, self.rehire, self.enabled)}
        halo.leave(self.rehire)
        self.nights(1, "left")

        department = next(user["department"] for user in halo.state()["users"] if user["id"] == self.mover)
        halo.leave(self.leaver)
        halo.move(self.mover, department=department, title="Head of Nothing")
        halo.rehire(self.rehire)
        halo.leave(self.enabled)
        with ExitStack() as stack:
            for dn in dns.values():
                stack.enter_context(denied(world, dn, WRITE_PROPERTY))
            self.nights(2, "refused")
            halo.move(self.mover, department=department, title="Head of Something")
            self.nights(1, "moved again")
        self.nights(1, "allowed")

        self.give_leavers({"action": "move-user", "ou": "OU=Leavers,%env.base_dn%"})
        halo.leave(self.unmoved)
        halo.leave(self.rehire)
        with denied(world, self.leavers_ou, CREATE_CHILD):
            self.nights(2, "unmoved")
        halo.rehire(self.rehire)
        self.nights(1, "back again")

    @property
    def leavers_ou(self) -> str:
        """Where leavers' accounts are moved."""
        return f"OU=Leavers,{self.world.sandbox.directory.base_dn}"


@pytest.fixture(scope="module")
def story(loaded: World, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """All nights, lived through once; what is to be seen after each part is asserted below."""
    folder = tmp_path_factory.mktemp("scripts")
    folder.chmod(0o755)
    (folder / "count.py").write_text(COUNTING, "utf-8")
    ScriptFolder(folder=str(folder)).save("it-scripts", overwrite=True)
    story = Story(loaded, tmp_path_factory.mktemp("log") / "runs.txt")
    story.give_leavers()
    for rule in ("movers", "rehires"):
        loaded.write_policy(rule, [story.script(rule)])
    loaded.turn_on("microsoft_365")
    settings = {"scripts": "it-scripts", "leavers.policy": "leaver", "movers": "movers", "rehires": "rehires"}
    limits = {f"limits.{kind}": ANY for kind in ("disable", "enable", "move", "attribute", "action", "per_ou.disable")}
    for path, value in (settings | limits).items():
        assert loaded.configure(f"automations/{AUTOMATION}.yaml", path, value), path
    story.live()
    return story


def _ordinary(world: World, count: int) -> list[int]:
    """People who work there, head nothing and have an account."""
    users = world.halo.state()["users"]
    heads = {user["manager_email"] for user in users}
    keys = [user["id"] for user in users if not user["inactive"] and user["emailaddress"] not in heads]
    return [key for key in keys[: 4 * count] if world.find(f"(employeeID={key})", "cn")][:count]


def test_a_leavers_list_without_a_move_is_carried_out_once(story: Story) -> None:
    key, seen = story.leaver, story.seen["refused"]
    assert (seen[f"leavers {key}"], seen[f"revocations {key}"]) == (1, 1)
    assert not seen[f"enabled {key}"]
    assert story.seen["back again"][f"leavers {key}"] == 1


def test_a_leavers_list_whose_move_is_refused_is_carried_out_once_and_the_move_is_tried_again(story: Story) -> None:
    key, seen, later = story.unmoved, story.seen["unmoved"], story.seen["back again"]
    assert (seen[f"leavers {key}"], seen[f"revocations {key}"]) == (1, 1)
    assert not str(seen[f"dn {key}"]).endswith(story.leavers_ou)
    assert str(later[f"dn {key}"]).endswith(story.leavers_ou), "it was tried again by itself"
    assert (later[f"leavers {key}"], later[f"revocations {key}"]) == (1, 1)


def test_a_movers_list_is_carried_out_once_for_each_move_while_the_change_itself_is_refused(story: Story) -> None:
    key = story.mover
    assert story.seen["refused"][f"movers {key}"] == 1
    assert story.seen["moved again"][f"movers {key}"] == 2
    assert story.seen["allowed"][f"title {key}"] == "Head of Something"
    assert story.seen["back again"][f"movers {key}"] == 2


def test_a_rehires_list_is_carried_out_once_for_each_coming_back_while_enabling_is_refused(story: Story) -> None:
    key = story.rehire
    assert not story.seen["moved again"][f"enabled {key}"]
    assert story.seen["moved again"][f"rehires {key}"] == 1
    assert story.seen["allowed"][f"enabled {key}"]
    assert story.seen["back again"][f"rehires {key}"] == 2
    assert story.seen["back again"][f"leavers {key}"] == 2, "who leaves twice leaves twice"


def test_what_depends_on_an_action_that_is_refused_is_done_when_that_is_done(story: Story) -> None:
    """The script comes after the disabling, which does not say that the list goes on without it."""
    key, before, after = story.enabled, story.seen["moved again"], story.seen["allowed"]
    assert before[f"enabled {key}"]
    assert f"leavers {key}" not in before
    assert (after[f"enabled {key}"], after[f"leavers {key}"]) == (False, 1)
    assert story.seen["back again"][f"leavers {key}"] == 1
