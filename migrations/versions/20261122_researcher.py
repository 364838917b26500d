"""The researcher's side: snapshots, registered plans, saved tables and recodes, proposals as jobs.

Every interview read so far waits for the first snapshot. Weighting runs made before had none: they keep their
arrays and digests. Proposals made before stay in the audit log and have to be proposed again. Reversible: the
downgrade drops what this adds; interviews, runs and releases are untouched.

Revision ID: 20261122_researcher
Revises: 20261122_fieldwork
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122_researcher"
down_revision = "20261122_fieldwork"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("since", sa.JSON(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("taken_at", sa.String(length=20), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name="fk_snapshot_survey_id_survey"),
        sa.ForeignKeyConstraint(["taken_by"], ["user_account.id"], name="fk_snapshot_taken_by_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_snapshot"),
        sa.UniqueConstraint("survey_id", "number", name="uq_snapshot_survey_id_number"),
    )
    op.create_index("ix_snapshot_survey_id", "snapshot", ["survey_id"])
    op.create_table(
        "snapshot_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("keys", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name="fk_snapshot_part_survey_id_survey"),
        sa.PrimaryKeyConstraint("id", name="pk_snapshot_part"),
    )
    op.create_index("ix_snapshot_part_survey_id", "snapshot_part", ["survey_id"])
    op.create_table(
        "interview_exclusion",
        sa.Column("instance_id", sa.String(length=36), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("excluded_on", sa.String(length=10), nullable=False),
        sa.Column("excluded_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name="fk_interview_exclusion_survey_id_survey"),
        sa.ForeignKeyConstraint(
            ["excluded_by"], ["user_account.id"], name="fk_interview_exclusion_excluded_by_user_account"
        ),
        sa.PrimaryKeyConstraint("instance_id", name="pk_interview_exclusion"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_interview_exclusion_survey_id", "interview_exclusion", ["survey_id"])
    op.add_column("interview", sa.Column("pending", sa.String(length=16), nullable=True))
    op.execute("UPDATE interview SET pending = 'first'")
    waits = sa.text("pending IS NOT NULL")
    op.create_index(
        "ix_interview_pending", "interview", ["survey_id"], sqlite_where=waits, postgresql_where=waits
    )
    with op.batch_alter_table("weighting_run") as batch_op:
        batch_op.add_column(sa.Column("snapshot_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            "fk_weighting_run_snapshot_id_snapshot", "snapshot", ["snapshot_id"], ["id"]
        )
    _plans_and_tables()
    _proposals()


def _plans_and_tables():
    op.create_table(
        "analysis_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("registered_at", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name="fk_analysis_plan_survey_id_survey"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["questionnaire_version.id"], name="fk_analysis_plan_version_id_questionnaire_version"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_analysis_plan"),
        sa.UniqueConstraint("version_id", name="uq_analysis_plan_version_id"),
    )
    op.create_index("ix_analysis_plan_survey_id", "analysis_plan", ["survey_id"])
    for table, width, more in (
        ("saved_table", 120, [sa.Column("pinned", sa.Boolean(), nullable=False)]),
        ("saved_recode", 60, []),
    ):
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("survey_id", sa.Integer(), nullable=False),
            sa.Column("name", sa.String(length=width), nullable=False),
            sa.Column("recipe", sa.JSON(), nullable=False),
            *more,
            sa.Column("made_at", sa.String(length=20), nullable=False),
            sa.Column("made_by", sa.Integer(), nullable=True),
            sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=f"fk_{table}_survey_id_survey"),
            sa.ForeignKeyConstraint(["made_by"], ["user_account.id"], name=f"fk_{table}_made_by_user_account"),
            sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
            sa.UniqueConstraint("survey_id", "name", name=f"uq_{table}_survey_id_name"),
        )
        op.create_index(f"ix_{table}_survey_id", table, ["survey_id"])


def _proposals():
    op.create_table(
        "release_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("choice", sa.JSON(), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("doing", sa.JSON(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.String(length=20), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("beat_at", sa.String(length=20), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("method", sa.JSON(), nullable=False),
        sa.Column("audit", sa.JSON(), nullable=False),
        sa.Column("approved_at", sa.String(length=20), nullable=True),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("release_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting','running','proposed','failed')", name="ck_release_proposal_known_state"
        ),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name="fk_release_proposal_survey_id_survey"),
        sa.ForeignKeyConstraint(["run_id"], ["weighting_run.id"], name="fk_release_proposal_run_id_weighting_run"),
        sa.ForeignKeyConstraint(["asked_by"], ["user_account.id"], name="fk_release_proposal_asked_by_user_account"),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["user_account.id"], name="fk_release_proposal_approved_by_user_account"
        ),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name="fk_release_proposal_release_id_release"),
        sa.PrimaryKeyConstraint("id", name="pk_release_proposal"),
    )
    op.create_index("ix_release_proposal_survey_id", "release_proposal", ["survey_id"])


def downgrade():
    for table in ("release_proposal", "saved_recode", "saved_table", "analysis_plan"):
        op.drop_index(f"ix_{table}_survey_id", table)
        op.drop_table(table)
    with op.batch_alter_table("weighting_run") as batch_op:
        batch_op.drop_constraint("fk_weighting_run_snapshot_id_snapshot", type_="foreignkey")
        batch_op.drop_column("snapshot_id")
    op.drop_index("ix_interview_pending", "interview")
    op.drop_column("interview", "pending")
    for table in ("interview_exclusion", "snapshot_part", "snapshot"):
        op.drop_index(f"ix_{table}_survey_id", table)
        op.drop_table(table)
