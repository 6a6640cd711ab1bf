"""A night of ice over a city: people are told once, in time, and relieved before they are tired."""

from benchmarks.ice_storm import IceStorm
from benchmarks.ice_storm_told import measured


def test_a_night_of_ice_is_told_calmly_and_nobody_in_danger_waits() -> None:
    storm = IceStorm(seed=2, outages=500)
    storm.run()

    figures, ratios = measured(storm.ledger)

    assert figures["most_per_person_and_cause"] == 1
    assert figures["help_calls"] > 2
    assert ratios["help_told_at_once"] == 1
    assert figures["help_worst_delay_ms"] == 0
    assert figures["fatigue_limits"] > 5
    assert ratios["limits_with_relief_before"] == 1
    assert figures["commander_most_in_an_hour"] <= 20
    assert figures["gathered"] > 500
