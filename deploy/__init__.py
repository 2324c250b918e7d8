"""How Kinbridge is run: on one machine, in containers, and what stands in for the outside."""
