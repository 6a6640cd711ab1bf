"""Nobody and no vehicle is in two places, whichever way they came to the first."""

from schemas.events.unit import ResourceCommitted
from schemas.roster import Resource
from schemas.signals.roster import ImportRoster
from schemas.vocabulary import ResourceKind, Role
from tests.county import HERE, TEAMS, county, outage
from tests.story import name


def vehicle(index: int, kind: ResourceKind) -> Resource:
    return Resource(resource_id=name("res", index), kind=kind, team_id=TEAMS[0], base=HERE)


def test_a_vehicle_whose_kind_was_corrected_is_free_as_what_it_is_and_nothing_else() -> None:
    story, towers = county(), tuple(vehicle(i, ResourceKind.LIGHTING_TOWER) for i in range(5))
    story.when(ImportRoster, actor_role=Role.COMMANDER, resources=towers)

    outage(story, "a")

    assert story.the(ResourceCommitted).resource_id == name("res", 5)
    outage(story, "b")
    story.then_not(ResourceCommitted)
    assert set(story.state.resources.free[ResourceKind.LIGHTING_TOWER]) == {
        it.resource_id for it in towers
    }


def test_a_vehicle_corrected_while_it_is_out_is_not_free() -> None:
    story = county()
    outage(story)
    taken = story.the(ResourceCommitted).resource_id
    index = next(i for i in range(6) if name("res", i) == taken)

    story.when(
        ImportRoster,
        actor_role=Role.COMMANDER,
        resources=(vehicle(index, ResourceKind.LIGHTING_TOWER),),
    )

    assert not any(taken in there for _, there in story.state.resources.free.items())
