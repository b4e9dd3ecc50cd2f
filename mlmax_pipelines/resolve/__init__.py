"""References and modules: from what a spec says to values of a definition."""
