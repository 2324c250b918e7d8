"""The edge out: what allocation asks of another service, outside any transaction."""
