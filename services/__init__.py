"""The rooms of the hub; each is deployed alone, and none imports another."""
