"""What is decided at the front door: lives, guards and rules, without any I/O."""
