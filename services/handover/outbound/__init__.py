"""The edge out: packs are claimed in a transaction, sent outside it, recorded in another."""
