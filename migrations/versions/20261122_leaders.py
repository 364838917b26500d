"""What leaders and the public read: whom a release is for and why an erratum was made; facts of method.

Earlier releases stay with the leaders, without a reason; surveys begin without facts. Reversible: the downgrade
drops the columns.

Revision ID: 20261122_leaders
Revises: 20261122_first
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122_leaders"
down_revision = "20261122_first"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("release") as batch_op:
        batch_op.add_column(
            sa.Column("audience", sa.String(length=10), nullable=False, server_default="leaders")
        )
        batch_op.add_column(sa.Column("reason", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.create_check_constraint("known_audience", "audience IN ('leaders','public')")
    with op.batch_alter_table("survey") as batch_op:
        batch_op.add_column(sa.Column("method_facts", sa.JSON(), nullable=False, server_default="{}"))


def downgrade():
    with op.batch_alter_table("survey") as batch_op:
        batch_op.drop_column("method_facts")
    with op.batch_alter_table("release") as batch_op:
        batch_op.drop_constraint("known_audience", type_="check")
        batch_op.drop_column("reason")
        batch_op.drop_column("audience")
