"""Frames, draws, the primary units drawn, and the cases: who is to be asked. No answers here.

A case is a household in a drawn village, known by its position on the village's list; there is no name,
address or location. Arms, orders and the adult drawn are not stored: they follow from the survey's link
key and the case (`chance.py`), so that they end with the key.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.accounts.models import Area, User
from survey_app.db import Model


class Frame(Model):
    """The list that a sample is drawn from, as of a date. `note` says what it leaves out or makes up."""

    __tablename__ = "frame"

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), unique=True)
    as_of: Mapped[str] = mapped_column(String(10))
    note: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    made_up: Mapped[bool] = mapped_column(default=False)
    digest: Mapped[str] = mapped_column(String(64))


class FrameUnit(Model):
    """A primary unit of the frame: a village or neighbourhood with its number of households."""

    __tablename__ = "frame_unit"
    __table_args__ = (
        UniqueConstraint("frame_id", "code"),
        CheckConstraint("households > 0", name="households_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    frame_id: Mapped[int] = mapped_column(ForeignKey("frame.id"), index=True)
    code: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(200))
    stratum: Mapped[str] = mapped_column(String(40))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    households: Mapped[int]

    area: Mapped[Area] = relationship()


class Draw(Model):
    """One seeded draw: added, never edited. `plan`: method, units per stratum, households per unit."""

    __tablename__ = "draw"

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), unique=True)
    frame_id: Mapped[int] = mapped_column(ForeignKey("frame.id"))
    seed: Mapped[str] = mapped_column(String(80))
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    drawn_at: Mapped[str] = mapped_column(String(20))


class DrawnUnit(Model):
    """A primary unit in the sample with its inclusion probability (1 for a certainty unit)."""

    __tablename__ = "drawn_unit"
    __table_args__ = (
        UniqueConstraint("draw_id", "code"),
        CheckConstraint("probability > 0 AND probability <= 1", name="probability_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), index=True)
    frame_unit_id: Mapped[int] = mapped_column(ForeignKey("frame_unit.id"))
    code: Mapped[str] = mapped_column(String(30))
    stratum: Mapped[str] = mapped_column(String(40))
    probability: Mapped[float] = mapped_column(Float)
    certainty: Mapped[bool] = mapped_column(default=False)
    households: Mapped[int]
    issued: Mapped[int]

    frame_unit: Mapped[FrameUnit] = relationship()
    cases: Mapped[list[Case]] = relationship(back_populates="unit")


class Case(Model):
    """A household to be asked. base_weight: 1 / (its probability over all stages), before the adult is drawn.

    token_digest: SHA-256 of the link's token (the token itself is only in the link).
    outcome: the AAPOR disposition of the latest attempt; None while nothing was tried.
    """

    __tablename__ = "sample_case"
    __table_args__ = (
        UniqueConstraint("unit_id", "number"),
        Index("ix_case_assigned", "assigned_to", "survey_id"),
        CheckConstraint("base_weight >= 1", name="base_weight_at_least_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("drawn_unit.id"), index=True)
    number: Mapped[int]
    base_weight: Mapped[float] = mapped_column(Float)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    assigned_to: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    outcome: Mapped[str | None] = mapped_column(String(20))
    closed: Mapped[bool] = mapped_column(default=False)

    unit: Mapped[DrawnUnit] = relationship(back_populates="cases")
    collaborator: Mapped[User | None] = relationship()


class ContactAttempt(Model):
    """One try to reach a case: the day and hour, and how it ended. Client-made id, so a resend adds nothing.

    made_at, appointment: local time of the phone. note: to the supervisor, checked for names and numbers.
    """

    __tablename__ = "contact_attempt"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("sample_case.id"), index=True)
    made_at: Mapped[str] = mapped_column(String(13))
    outcome: Mapped[str] = mapped_column(String(20))
    appointment: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[str | None] = mapped_column(String(280))
