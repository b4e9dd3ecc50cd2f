"""From resolved steps to a compiled pipeline: see `entry` for the stages."""
