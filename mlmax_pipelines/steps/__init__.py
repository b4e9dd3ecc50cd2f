"""Step types: what a kind of step is made of, allowed to do, and built into.

One file per step type, under `services/` and `flow/`; `sdk` is the only door to the
Step Functions Data Science SDK. Nothing here reads a file of the project or knows YAML.
"""
