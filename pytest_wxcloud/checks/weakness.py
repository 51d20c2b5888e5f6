"""The classes of authorization findings, in the words of OWASP's API Security Top 10 (2023) and of CWE."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Weakness:
    """A class of finding."""

    name: str
    cwe: int
    owasp: str = ""

    def __str__(self) -> str:
        return f"{self.name} (CWE-{self.cwe}{f', OWASP {self.owasp}' if self.owasp else ''})"


BOLA = Weakness("broken object level authorization, BOLA", 639, "API1:2023")
BFLA = Weakness("broken function level authorization, BFLA", 285, "API5:2023")
BOPLA = Weakness("broken object property level authorization, BOPLA", 213, "API3:2023")
ESCALATION = Weakness("privilege escalation", 269)
CREDENTIALS = Weakness("insufficiently protected credentials", 522, "API8:2023")
MISTAKEN = Weakness("broken authentication, one caller is taken for another", 287, "API2:2023")
UNHANDLED = Weakness("improper handling of a missing identity", 755)
DENIED = Weakness("incorrect authorization, denied to one who may", 863)
# Of laws that a contract demands
EXPOSURE = Weakness("exposure of private personal information", 359)
LOGGING = Weakness("sensitive information in a log", 532)
DISCREPANCY = Weakness("observable response discrepancy", 204)
OWNERSHIP = Weakness("improper ownership management", 282)
EXCEPTIONAL = Weakness("improper handling of exceptional conditions", 755)
CONSUMPTION = Weakness("unrestricted resource consumption", 770, "API4:2023")
