"""Compile YAML specs of ML pipelines into AWS Step Functions; run them anywhere."""

__version__ = "0.2.0"
