"""The spec language: YAML documents -> checked model objects."""
