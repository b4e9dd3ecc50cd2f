"""Where executions run: one file per backend, all with the contract of `base`."""
