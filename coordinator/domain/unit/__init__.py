"""A commando unit: called, proposed, formed, replaced, stood down."""
