"""Who hands something in, as far as it is known."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Student:
    """One student; each text may be "".

    Attributes:
        name: for people.
        sid: the university's number, a text: it may begin with zeros.
        email: the whole address.
        login: what they log in with.
        canvas: Canvas' own number.
        section: of the course.
    """

    name: str = ""
    sid: str = ""
    email: str = ""
    login: str = ""
    canvas: str = ""
    section: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What tells this student from others."""
        for kind in ("sid", "email", "login", "canvas"):
            if value := getattr(self, kind):
                return kind, value.casefold()
        return "name", self.name.casefold()
