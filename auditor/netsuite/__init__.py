"""The live account: sign in with TBA, collect its lists, verify its tokens, and diagnose a signature that fails."""
