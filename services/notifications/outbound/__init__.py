"""The edges out: claim in a transaction, call outside it, record the outcome in a transaction."""
