"""Surveys and who belongs to them. Each wave of a study is a survey of its own, with its own link key."""

from __future__ import annotations

import secrets
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.accounts.models import Area, User
from survey_app.db import Model


class State(StrEnum):
    """The life of a survey; it only moves forward."""

    DESIGN = "design"
    COLLECTING = "collecting"
    CLOSED = "closed"
    LOCKED = "locked"


class Survey(Model):
    """One wave of one study.

    public_id: what links and phones carry. title, population, organisation: {language: text}.
    weighting_plan: the recipe's defaults (names of the variables to weight by), part of the analysis plan.
    tries: visits at different hours before a household that can't be reached is closed.
    anonymous: nothing that could show a person (photo, sound) is asked for.
    simulated: answers are made up; every page says so. method_facts: what only the researcher knows of how it was
    done (who pays, who approved it, ...), {fact: {language: text}}; see `method_facts.py`.
    """

    __tablename__ = "survey"
    __table_args__ = (
        CheckConstraint("state IN ('design','collecting','closed','locked')", name="known_state"),
        CheckConstraint("tries BETWEEN 1 AND 10", name="tries_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=lambda: secrets.token_hex(8))
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    population: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    organisation: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    wave: Mapped[int] = mapped_column(default=1)
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("survey.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    state: Mapped[str] = mapped_column(String(20), default=State.DESIGN.value)
    simulated: Mapped[bool] = mapped_column(default=False)
    created_on: Mapped[str] = mapped_column(String(10))
    opened_on: Mapped[str | None] = mapped_column(String(10))
    closed_on: Mapped[str | None] = mapped_column(String(10))
    locked_on: Mapped[str | None] = mapped_column(String(10))
    keep_until: Mapped[str | None] = mapped_column(String(10))
    weighting_plan: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    method_facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    tries: Mapped[int] = mapped_column(default=3)
    anonymous: Mapped[bool] = mapped_column(default=True)

    previous: Mapped[Survey | None] = relationship(remote_side=[id])
    area: Mapped[Area | None] = relationship()
    members: Mapped[list[Membership]] = relationship(back_populates="survey")


class Membership(Model):
    """A person belongs to a survey; what they may do there follows from their role."""

    __tablename__ = "membership"

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)

    survey: Mapped[Survey] = relationship(back_populates="members")
    user: Mapped[User] = relationship()
