"""Kinbridge in containers: what an operator runs beside docker-compose.yml, and what reads it."""
