"""Saved tables and recodes: recipes in readable JSON, never figures."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.db import Model


class SavedTable(Model):
    """A table's recipe under a name (`recipes.TableRecipe`); figures come when it is opened. pinned: shown first."""

    __tablename__ = "saved_table"
    __table_args__ = (UniqueConstraint("survey_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    recipe: Mapped[dict[str, Any]] = mapped_column(JSON)
    pinned: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[str] = mapped_column(String(20))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class SavedRecode(Model):
    """A variable made of another one's answers (`recodes.Recode`): categories merged, or bands of numbers.

    name: what tables call it, unique within the survey and no question's name.
    """

    __tablename__ = "saved_recode"
    __table_args__ = (UniqueConstraint("survey_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    recipe: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[str] = mapped_column(String(20))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
