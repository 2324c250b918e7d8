"""A day at the hub, made from the two interviews: played through the public APIs, then checked."""
