"""Photos and recordings: sealed files in chunks, in tables without row ids.

Reversible: the downgrade drops both tables with what they hold.

Revision ID: 20261122_media
Revises: 20261122_authoring
"""

from alembic import op
import sqlalchemy as sa


revision = '20261122_media'
down_revision = '20261122_authoring'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'media_file',
        sa.Column('id', sa.String(length=36), nullable=False),
        sa.Column('survey_id', sa.Integer(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('instance_id', sa.String(length=36), nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('collaborator_tag', sa.String(length=32), nullable=False),
        sa.Column('complete', sa.Boolean(), nullable=False),
        sa.Column('received_on', sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_media_file_survey_id_survey')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_media_file')),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f('ix_media_file_survey_id'), 'media_file', ['survey_id'])
    op.create_index(op.f('ix_media_file_instance_id'), 'media_file', ['instance_id'])
    op.create_table(
        'media_part',
        sa.Column('file_id', sa.String(length=36), nullable=False),
        sa.Column('offset', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('survey_id', sa.Integer(), nullable=False),
        sa.Column('body', sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(['file_id'], ['media_file.id'], name=op.f('fk_media_part_file_id_media_file')),
        sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_media_part_survey_id_survey')),
        sa.PrimaryKeyConstraint('file_id', 'offset', name=op.f('pk_media_part')),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f('ix_media_part_survey_id'), 'media_part', ['survey_id'])


def downgrade():
    op.drop_table('media_part')
    op.drop_table('media_file')
