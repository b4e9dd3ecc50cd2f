"""Jobs as subprocesses, each in a folder laid out like its container's /opt/ml."""
