"""Attacks on a synthetic table as an attacker would run them, each against rows that were never learned."""
