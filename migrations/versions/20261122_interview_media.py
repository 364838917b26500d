"""Interviews tell which photos and recordings belong to them, and what the respondent said to being asked.

Reversible: the downgrade drops the column; reading the interviews again after an upgrade fills it.

Revision ID: 20261122_interview_media
Revises: 20261122_likeness
"""

from alembic import op
import sqlalchemy as sa


revision = '20261122_interview_media'
down_revision = '20261122_likeness'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('interview', sa.Column('media', sa.JSON(), nullable=False, server_default='{}'))


def downgrade():
    op.drop_column('interview', 'media')
