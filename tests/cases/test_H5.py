"""H5: home folders in a DFS namespace are refused by name when the plan is made; others in the same plan are not."""

from __future__ import annotations

from tests.cases.shares import by_hand, delete, homes, person, share
from tests.cases.world import World


def test_a_folder_in_a_dfs_namespace_is_refused_when_the_plan_is_made(world: World) -> None:
    namespace, plain = share(world, "h5space", {"msdfs root": "yes"}), share(world, "h5plain", {})
    homes(world, namespace, plain)
    for made, name in ((namespace, "case.h5space"), (plain, "case.h5plain")):
        (made.folder / name).mkdir()
        person(world, name, made.unc(name))

    dry = by_hand(world, "case.h5space", delete(world), dry_run=True)
    assert dry.result["changes"] == {}
    assert "DFS namespace" in dry.report, dry.report

    assert by_hand(world, "case.h5plain", delete(world), dry_run=True).result["changes"]["delete-home-folder"] == 1
