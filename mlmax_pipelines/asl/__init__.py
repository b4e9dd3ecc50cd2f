"""The Amazon States Language: walk, canonical JSON, paths, intrinsics, history.

Knows the language only: no files, no AWS calls, no specs.
"""
