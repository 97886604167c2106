"""Inventory to connections to Assessment: roles and their privilege, connections, rule packs, verdicts and gaps."""
