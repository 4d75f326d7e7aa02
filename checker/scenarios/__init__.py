"""Scenario files: the reference implementation driven call by call, and what must be observed.

A file is data in a fixed vocabulary (docs/scenarios.md).  It is read and checked whole before the
first call (`document`, `vocabulary`, `shapes`); then a `World` runs its steps under one text
(`run`, `text`), and what is seen is compared with what the file expects (`compare`).
"""
