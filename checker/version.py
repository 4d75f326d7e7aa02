"""The version of this project, as every machine output carries it."""

VERSION = "0.1.0"
