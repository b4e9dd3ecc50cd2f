"""The command line: each command parses, calls the project, prints."""
