"""Every sentence the coordinator may say, as typed constructors; a module for each concept.

To add one: declare it here, and say it in every language of `words/`. Its code is its name.
"""
