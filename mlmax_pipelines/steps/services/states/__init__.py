"""AWS Step Functions: executions that another one starts."""
