"""One verb of the field per file: load, decide, save, say."""
