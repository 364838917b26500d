"""Interviews are compared with each other: what came of it, and the rule it went by.

Nothing of it is there before the first comparison, which runs by itself. Reversible: the downgrade drops the tables,
and the next comparison makes what was in them again.

Revision ID: 20261122_likeness
Revises: 20261122_media
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122_likeness"
down_revision = "20261122_media"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "likeness",
        sa.Column("instance_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("partner", sa.String(length=36), nullable=True),
        sa.Column("share", sa.Float(), nullable=True),
        sa.Column("circle", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_likeness_survey_id_survey")),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_likeness")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_likeness_survey", "likeness", ["survey_id", "version"])
    op.create_table(
        "likeness_check",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("checked_at", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("whole", sa.Integer(), nullable=False),
        sa.Column("judged", sa.Integer(), nullable=False),
        sa.Column("pairs", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_likeness_check_survey_id_survey")),
        sa.PrimaryKeyConstraint("survey_id", "version", name=op.f("pk_likeness_check")),
        sqlite_with_rowid=False,
    )


def downgrade():
    op.drop_table("likeness_check")
    op.drop_index("ix_likeness_survey", table_name="likeness")
    op.drop_table("likeness")
