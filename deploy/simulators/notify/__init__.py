"""A GOV.UK Notify for one machine: same requests, same errors, same receipts, nothing sent."""
