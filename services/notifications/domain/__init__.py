"""What may be told, to whom, and when: pure decisions."""
