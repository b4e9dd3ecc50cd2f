"""The services that a Task state may call, small and on this machine."""
