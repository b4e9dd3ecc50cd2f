"""The step types, one file each: kind, fields, states, statements, local runner."""
