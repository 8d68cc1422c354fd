"""Readers of official crime files: from bytes to checked tables, without the store."""
