"""A package that adds a step type: it runs a recipe job of AWS Glue DataBrew."""
