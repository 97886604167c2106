"""NetSuite itself: the live account (sign in with TBA, collect, verify, diagnose), and a rehearsal of its gate."""
