"""What the specification promises, one file per model, and how the text was read.

A property holds no expectation of success: results are data, in `counterexamples/expected.toml`.
"""
