"""Amazon SageMaker: its jobs, its models, and the steps made of them."""
