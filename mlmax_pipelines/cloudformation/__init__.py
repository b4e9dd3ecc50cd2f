"""Compiled pipelines -> CloudFormation templates. Never asks AWS anything."""
