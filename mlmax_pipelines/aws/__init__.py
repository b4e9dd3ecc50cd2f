"""Templates and code -> AWS. The only folder, but for a backend, that imports boto3."""
