"""Executions and pipelines -> what a person reads: tables, reports, pictures.

What comes in: execution records, history events and compiled pipelines. What goes
out: data and text. Never: prints, runs anything, or asks which backend ran it.
"""
