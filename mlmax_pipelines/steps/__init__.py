"""Step types: what a kind of step is made of, allowed to do, and built into.

One file per step type under `types/`; `sdk` is the only door to the Step Functions
Data Science SDK. Nothing here reads a file of the project or knows YAML.
"""
