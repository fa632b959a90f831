"""Mapping files: how a supplier's own extract becomes rows of a contract."""
