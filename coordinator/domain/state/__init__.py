"""What a jurisdiction remembers; one file per concept, all of it immutable."""
