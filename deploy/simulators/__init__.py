"""Stand-ins for the world outside Kinbridge, for development only.

One process plays the issuers of tokens, GOV.UK Notify, each council's social care system, the
partners' webhook receivers and the movable field clock. See `deploy/simulators/README.md`.
"""
