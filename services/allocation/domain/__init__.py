"""What allocation decides: pure functions from a case, a command, a time and council rules."""
