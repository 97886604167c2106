"""A rehearsal of NetSuite's sign-in gate: who may sign in at a phase of a rollout, answered as NetSuite answers."""
