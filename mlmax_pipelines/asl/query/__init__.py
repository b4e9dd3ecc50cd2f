"""The expressions of a definition: paths and intrinsic functions."""
