"""How large an incident is: distinct things are added, one thing is not counted twice."""

import msgspec
from immutables import Map

from coordinator.domain.incident.extent import EMPTY, as_reports, newer, together
from coordinator.domain.state.incidents import Sighting
from schemas.signals.incident import Extent
from schemas.vocabulary import GridKind
from tests.domain.outages import FAR_AWAY, SQUARE, out


def whole(
    reports: dict[str, Extent],
    sightings: dict[str, Sighting] | None = None,
    stated: Extent = EMPTY,
    *,
    before: float | None = None,
) -> Extent:
    return together(Map(reports), Map(sightings or {}), stated, load_before_mw=before)


def test_numbers_of_distinct_devices_are_added() -> None:
    seen = {"a|1": Sighting(device="T1"), "a|2": Sighting(device="T2")}

    assert whole({"a|1": out(30), "a|2": out(12)}, seen).customers_out == 42


def test_two_sources_that_tell_of_one_device_are_not_counted_twice() -> None:
    seen = {"map|1": Sighting(device="T1"), "sensor|9": Sighting(device="T1")}

    assert whole({"map|1": out(30), "sensor|9": out(34)}, seen).customers_out == 34


def test_two_reports_of_one_place_are_one_and_of_two_places_are_two() -> None:
    there = {"a|1": Sighting(place=SQUARE), "b|2": Sighting(place=SQUARE)}
    apart = {"a|1": Sighting(place=SQUARE), "b|2": Sighting(place=FAR_AWAY)}

    assert whole({"a|1": out(5), "b|2": out(7)}, there).customers_out == 7
    assert whole({"a|1": out(5), "b|2": out(7)}, apart).customers_out == 12


def test_neighbours_in_one_house_are_two_customers() -> None:
    seen = {
        "phone|1": Sighting(customer_ref="c-1", place=SQUARE),
        "phone|2": Sighting(customer_ref="c-2", place=SQUARE),
    }

    assert whole({"phone|1": out(1), "phone|2": out(1)}, seen).customers_out == 2


def test_what_is_stated_of_the_whole_wins_over_the_sum() -> None:
    stated = Extent(customers_out=9, deaths=1)

    found = whole({"a|1": out(30), "a|2": out(12)}, stated=stated)

    assert (found.customers_out, found.deaths) == (9, 1)


def test_totals_are_not_added() -> None:
    of_city = Extent(customers_total=1_000, customers_out=10)

    found = whole({"a|1": of_city, "a|2": of_city})

    assert (found.customers_total, found.customers_out) == (1_000, 20)


def test_the_load_before_is_the_one_first_known_whatever_is_said_later() -> None:
    first, later = Extent(load_before_mw=100.0), Extent(load_before_mw=50.0, load_lost_mw=5.0)

    assert newer(first, later) == Extent(load_before_mw=100.0, load_lost_mw=5.0)
    assert whole({"b|1": first, "a|2": later}, before=100.0).load_before_mw == 100
    assert whole({"a|2": later}, before=100.0).load_before_mw == 100
    assert whole({"a|2": later}, stated=later, before=100.0).load_before_mw == 100


def test_a_load_before_that_was_wrong_can_be_corrected() -> None:
    wrong, right = Extent(load_before_mw=10.0), Extent(load_before_mw=100.0)

    assert newer(wrong, right, corrected=True).load_before_mw == 100


def test_newer_numbers_replace_older_ones_and_silence_replaces_nothing() -> None:
    held = Extent(customers_out=30, grid=GridKind.COUNTY_CITY)

    assert newer(held, out(12)) == Extent(customers_out=12, grid=GridKind.COUNTY_CITY)
    assert newer(held, EMPTY) is held


def test_what_was_stated_of_an_absorbed_part_is_carried_by_one_of_its_reports() -> None:
    reports = Map({"a|1": out(30), "a|2": out(12)})
    stated = Extent(customers_out=50, deaths=2)

    moved = as_reports(reports, stated, otherwise="merged|x")

    assert together(Map(moved), Map(), EMPTY, load_before_mw=None) == Extent(
        customers_out=50, deaths=2
    )
    assert as_reports(Map(), stated, otherwise="merged|x") == {"merged|x": stated}


def test_a_sum_beyond_what_a_number_may_be_stays_within_it() -> None:
    most = 100_000_000
    reports = {f"map|r{it}": Extent(customers_out=most, deaths=1_000_000) for it in range(3)}

    whole = together(Map(reports), Map(), EMPTY, load_before_mw=None)

    assert (whole.customers_out, whole.deaths) == (most, 1_000_000)
    assert msgspec.json.decode(msgspec.json.encode(whole), type=Extent) == whole
