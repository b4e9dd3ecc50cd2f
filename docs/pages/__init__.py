"""The pages that are generated, one module each: lines of Markdown."""
