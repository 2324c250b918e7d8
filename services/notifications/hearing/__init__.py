"""The edge where messages come in: what each other service says, and what follows here."""
