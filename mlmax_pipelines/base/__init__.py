"""What every floor stands on: errors, names, limits, files. Imports nothing of ours."""
