"""One folder for each AWS service whose tasks a step can run."""
