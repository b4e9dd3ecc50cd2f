"""A report as data -> HTML or Markdown."""
