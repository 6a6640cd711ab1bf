"""Bytes that nobody thought of: made up over the whole of the API, and of every file that is read.

A few minutes with the other tests; for as long as one likes with `make fuzz` (`FUZZ_TIMES=50`).
"""
