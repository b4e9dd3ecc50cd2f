"""What is done to the built steps of a pipeline, one pass each."""
