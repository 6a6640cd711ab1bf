"""The demo province can send a unit at any hour."""

from coordinator.demo.province import province
from schemas.vocabulary import Skill
from tests.story import START


def test_every_watch_of_a_place_has_leaders_and_safety_supervisors() -> None:
    for place in province(1, START, days=1):
        skills = {it.member_id: it.skills for it in place.people}
        for shift in place.shifts:
            of_it = {skill for it in shift.member_ids for skill in skills[it]}
            assert {Skill.LEADERSHIP, Skill.SAFETY_SUPERVISION} <= of_it, shift.shift_id
