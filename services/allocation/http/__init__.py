"""Allocation's routes, a file per noun: parse, open the transaction, call one use case, answer."""
