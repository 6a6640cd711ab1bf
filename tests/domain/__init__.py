"""The rules, one story each."""
