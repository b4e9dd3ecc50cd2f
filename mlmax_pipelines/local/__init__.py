"""Executions on this machine: interpreter, jobs and the store that stand in for AWS."""
