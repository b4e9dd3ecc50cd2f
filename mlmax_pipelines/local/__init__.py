"""Executions on this machine: jobs and services that stand in for AWS."""
