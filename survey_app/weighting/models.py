"""Population margins and weighting runs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from survey_app.db import Model


class Margin(Model):
    """A closed set of population cells to calibrate to, with its source and what it counts.

    variables: names of the weighting variables, in the order of each cell's key. cells: list of
    {"key": [category, ...], "count": float}. universe, area_code, boundary, ref_date: as published.
    survey_id: set when the margin belongs to one survey only (a simulated population's own).
    """

    __tablename__ = "margin"
    __table_args__ = (
        UniqueConstraint("source_id", "area_code", "ref_date", "universe", "name", "survey_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int | None] = mapped_column(ForeignKey("survey.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    variables: Mapped[list[str]] = mapped_column(JSON)
    cells: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    universe: Mapped[str] = mapped_column(String(40))
    area_code: Mapped[str] = mapped_column(String(20))
    boundary: Mapped[str] = mapped_column(String(20), default="")
    ref_date: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[str] = mapped_column(String(60))
    source: Mapped[str] = mapped_column(String(500), default="")
    confidence: Mapped[str] = mapped_column(String(10), default="")


class WeightingRun(Model):
    """One immutable run: the recipe, what it was fed (digest), what came out, and how it went.

    weights: the compressed arrays of instance_id and weight (`services.pack_weights`).
    snapshot_id: the interviews that it weighted; None only for runs older than snapshots.
    diagnostics: effective n, design effect, margins before and after, warnings.
    """

    __tablename__ = "weighting_run"
    __table_args__ = (UniqueConstraint("survey_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    number: Mapped[int]
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("snapshot.id"))
    recipe: Mapped[dict[str, Any]] = mapped_column(JSON)
    inputs_digest: Mapped[str] = mapped_column(String(64))
    diagnostics: Mapped[dict[str, Any]] = mapped_column(JSON)
    weights: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    n: Mapped[int]
    n_effective: Mapped[float] = mapped_column(Float)
    made_at: Mapped[str] = mapped_column(String(20))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
