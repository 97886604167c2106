"""Clients that others wrote: the public `netsuite` package, pointed at a rehearsal.

It warns while it is imported that a library of its own is getting old, which is no concern of ours.
"""

import warnings

with warnings.catch_warnings(record=True):
    from netsuite import Config, NetSuiteRestApi, NetSuiteRestlet, TokenAuth
    from netsuite.soap_api.passport import TokenPassport

__all__ = ["Config", "NetSuiteRestApi", "NetSuiteRestlet", "TokenAuth", "TokenPassport"]
