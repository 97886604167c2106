"""NetSuite itself: the live account, and a rehearsal of its sign-in gate on this machine."""
