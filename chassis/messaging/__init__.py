"""How facts leave a service and enter another: once each, in order per key, never lost."""
