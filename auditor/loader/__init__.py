"""Exports to Inventory: open files by content, recognise NetSuite's lists by their columns, account for every row."""
