"""Questionnaires keep what changed since the last version, why that was published, which findings were dismissed and
the CSV files that lists come from.

Versions published before have no changes, reasons or files told. Reversible: the downgrade drops the columns.

Revision ID: 20261122_authoring
Revises: 20261122_researcher
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122_authoring"
down_revision = "20261122_researcher"
branch_labels = None
depends_on = None

_BOTH = (("attachments", "{}"), ("changes", "[]"), ("dismissals", "[]"))


def upgrade():
    for table in ("draft", "questionnaire_version"):
        with op.batch_alter_table(table) as batch_op:
            for name, empty in _BOTH:
                batch_op.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default=empty))
    with op.batch_alter_table("draft") as batch_op:
        batch_op.add_column(sa.Column("against", sa.Integer(), nullable=True))
    with op.batch_alter_table("questionnaire_version") as batch_op:
        batch_op.add_column(sa.Column("reason", sa.String(length=500), nullable=False, server_default=""))


def downgrade():
    with op.batch_alter_table("questionnaire_version") as batch_op:
        batch_op.drop_column("reason")
    with op.batch_alter_table("draft") as batch_op:
        batch_op.drop_column("against")
    for table in ("draft", "questionnaire_version"):
        with op.batch_alter_table(table) as batch_op:
            for name, _ in _BOTH:
                batch_op.drop_column(name)
