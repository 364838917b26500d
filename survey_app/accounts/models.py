"""People who work here, what they may do, and the areas of the country."""

from __future__ import annotations

from enum import StrEnum

from flask_login import UserMixin
from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.db import Base, Model


class Role(StrEnum):
    ADMIN = "admin"
    RESEARCHER = "researcher"
    SUPERVISOR = "supervisor"
    COLLABORATOR = "collaborator"
    LEADER = "leader"
    CUSTODIAN = "custodian"


class Area(Model):
    """An administrative unit. Identity is (code, valid_from): a code is reused after a merger.

    depth: 1 for a province, one more for each level below; the tree may have any depth.
    path: the codes from the top, joined and ended by `/`, so that a prefix finds all sub-areas.
    """

    __tablename__ = "area"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        Index("ix_area_path", "path"),
        CheckConstraint("depth >= 1", name="depth_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20))
    valid_from: Mapped[str] = mapped_column(String(10))
    valid_to: Mapped[str | None] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(200))
    type: Mapped[str] = mapped_column(String(40))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    depth: Mapped[int]
    path: Mapped[str] = mapped_column(String(200))
    search_key: Mapped[str] = mapped_column(String(200), index=True)
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    area_km2: Mapped[float | None] = mapped_column(Float)

    parent: Mapped[Area | None] = relationship(remote_side=[id])

    @property
    def codes(self) -> tuple[str, ...]:
        """The area's own code and those of the areas it lies in, the smallest first."""
        return tuple(part.partition("@")[0] for part in reversed(self.path.rstrip("/").split("/")))


user_area = Table(
    "user_area",
    Base.metadata,
    Column("user_id", Integer, ForeignKey("user_account.id"), primary_key=True),
    Column("area_id", Integer, ForeignKey("area.id"), primary_key=True),
)


class User(UserMixin, Model):
    """An account. `name` is what one signs in with; nothing else about the person is kept."""

    __tablename__ = "user_account"
    __table_args__ = (
        CheckConstraint(
            "role IN ('admin','researcher','supervisor','collaborator','leader','custodian')",
            name="known_role",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(String(5), default="vi")
    # Raised when the password changes or a device is lost: older sessions then end.
    session_number: Mapped[int] = mapped_column(default=1)

    areas: Mapped[list[Area]] = relationship(secondary=user_area)

    def get_id(self) -> str:
        return f"{self.id}.{self.session_number}"

    @property
    def is_active(self) -> bool:
        return self.active


class SignInAttempt(Model):
    """Failed sign-ins, for throttling. Keys are HMACs of the name or of the network address, never plain."""

    __tablename__ = "sign_in_attempt"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[float] = mapped_column(Float)


class EnrolmentCode(Model):
    """A one-use code that signs a collaborator's phone in. Only a keyed hash of the code is kept.

    digest: HMAC-SHA-256 under the master key, so that the table alone can't be searched for the code.
    expires_at: seconds since 1970. A used code's row is deleted.
    """

    __tablename__ = "enrolment_code"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    expires_at: Mapped[float] = mapped_column(Float)


class Device(Model):
    """A collaborator's phone: what it is, the last day it was here, and how much waits on it.

    id: random, made by the server; the phone keeps it. name: browser and system, nothing that tells the person.
    interviews, attempts, drafts: what the phone last said is unsent; since: the day of the oldest of it.
    Days only: hours would tell who was interviewed when.
    """

    __tablename__ = "device"
    __table_args__ = (
        CheckConstraint("interviews >= 0 AND attempts >= 0 AND drafts >= 0", name="counts_not_negative"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    name: Mapped[str] = mapped_column(String(80), default="")
    enrolled_on: Mapped[str] = mapped_column(String(10))
    seen_on: Mapped[str] = mapped_column(String(10))
    revoked_on: Mapped[str | None] = mapped_column(String(10))
    interviews: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    drafts: Mapped[int] = mapped_column(default=0)
    since: Mapped[str | None] = mapped_column(String(10))

    user: Mapped[User] = relationship()

    @property
    def waiting(self) -> int:
        return self.interviews + self.attempts + self.drafts
