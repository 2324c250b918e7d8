"""The edge where requests come in: a file per noun."""
