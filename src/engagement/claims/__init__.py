"""Claims: what a document says of its subject, and whether a log of events bears it out."""

from engagement.claims.claim import Claim, ClaimKind
from engagement.claims.files import load_claims, read_claims, write_claims
from engagement.claims.queries import Query
from engagement.claims.table import ClaimTable, check_claims
from engagement.claims.verdicts import CheckedClaim, Verdict

__all__ = [
    "CheckedClaim",
    "Claim",
    "ClaimKind",
    "ClaimTable",
    "Query",
    "Verdict",
    "check_claims",
    "load_claims",
    "read_claims",
    "write_claims",
]
