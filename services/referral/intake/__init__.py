"""Intake schema v1: what a referral says, and how a body that is not whole is read all the same."""
