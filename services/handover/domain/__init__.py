"""What is decided about a handover: its life, its clocks and its pack, without any I/O."""
