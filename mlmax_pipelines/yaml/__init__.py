"""YAML text -> data that knows where each value stands."""
