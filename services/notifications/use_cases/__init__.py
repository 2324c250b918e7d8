"""One verb of the field per file: the listing is the table of contents."""
