"""Step types that only lead the way: no task, no service."""
