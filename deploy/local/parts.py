"""The parts that a stack is made of, in the order in which they start."""

SERVERS = ("postgres", "kafka")
SIMULATORS = "simulators"
SERVICES = ("referral", "allocation", "handover", "notifications")
PROCESSES = (SIMULATORS, *SERVICES)
"""Every process of ours."""
