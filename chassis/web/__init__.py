"""The HTTP edge that every service shares: who asks, what goes wrong, what is asked twice."""
