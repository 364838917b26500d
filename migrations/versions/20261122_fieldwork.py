"""Fieldwork on phones: devices and their codes, required tries, notes, paused and returned interviews, the lock's day.

Columns are added in place: rebuilding a table on SQLite would give it row ids again, and with them an
order, and can't be done to a table that others refer to.
Reversible: the downgrade drops what is added here.

Revision ID: 20261122_fieldwork
Revises: 20261122_leaders
"""

from alembic import op
import sqlalchemy as sa


revision = '20261122_fieldwork'
down_revision = '20261122_leaders'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'enrolment_code',
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('expires_at', sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_enrolment_code_user_id_user_account')),
        sa.PrimaryKeyConstraint('digest', name=op.f('pk_enrolment_code')),
    )
    op.create_index(op.f('ix_enrolment_code_user_id'), 'enrolment_code', ['user_id'])
    op.create_table(
        'device',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=80), nullable=False),
        sa.Column('enrolled_on', sa.String(length=10), nullable=False),
        sa.Column('seen_on', sa.String(length=10), nullable=False),
        sa.Column('revoked_on', sa.String(length=10), nullable=True),
        sa.Column('interviews', sa.Integer(), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('drafts', sa.Integer(), nullable=False),
        sa.Column('since', sa.String(length=10), nullable=True),
        sa.CheckConstraint(
            'interviews >= 0 AND attempts >= 0 AND drafts >= 0', name=op.f('ck_device_counts_not_negative')
        ),
        sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_device_user_id_user_account')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_device')),
    )
    op.create_index(op.f('ix_device_user_id'), 'device', ['user_id'])
    op.create_table(
        'sealed_draft',
        sa.Column('tag', sa.String(length=32), nullable=False),
        sa.Column('survey_id', sa.Integer(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('case_tag', sa.String(length=32), nullable=False),
        sa.Column('collaborator_tag', sa.String(length=32), nullable=False),
        sa.Column('link', sa.LargeBinary(), nullable=False),
        sa.Column('body', sa.LargeBinary(), nullable=True),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('state', sa.String(length=10), nullable=False),
        sa.Column('saved_on', sa.String(length=10), nullable=False),
        sa.CheckConstraint("state IN ('waiting','released')", name=op.f('ck_sealed_draft_known_state')),
        sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_sealed_draft_survey_id_survey')),
        sa.PrimaryKeyConstraint('tag', name=op.f('pk_sealed_draft')),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f('ix_sealed_draft_survey_id'), 'sealed_draft', ['survey_id'])
    op.create_index(op.f('ix_sealed_draft_case_tag'), 'sealed_draft', ['case_tag'])
    op.create_table(
        'sent_back',
        sa.Column('tag', sa.String(length=32), nullable=False),
        sa.Column('survey_id', sa.Integer(), nullable=False),
        sa.Column('case_tag', sa.String(length=32), nullable=False),
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.Column('sealed', sa.LargeBinary(), nullable=False),
        sa.Column('sent_on', sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(['survey_id'], ['survey.id'], name=op.f('fk_sent_back_survey_id_survey')),
        sa.PrimaryKeyConstraint('tag', name=op.f('pk_sent_back')),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f('ix_sent_back_survey_id'), 'sent_back', ['survey_id'])
    op.create_index(op.f('ix_sent_back_case_tag'), 'sent_back', ['case_tag'])
    op.add_column('survey', sa.Column('locked_on', sa.String(length=10), nullable=True))
    op.add_column('survey', sa.Column('anonymous', sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute(
        'ALTER TABLE survey ADD COLUMN tries INTEGER DEFAULT 3 NOT NULL '
        'CONSTRAINT ck_survey_tries_range CHECK (tries BETWEEN 1 AND 10)'
    )
    op.add_column('contact_attempt', sa.Column('note', sa.String(length=280), nullable=True))
    op.add_column('interview', sa.Column('timings', sa.JSON(), nullable=False, server_default='{}'))


def downgrade():
    op.drop_column('interview', 'timings')
    op.drop_column('contact_attempt', 'note')
    op.drop_column('survey', 'tries')
    op.drop_column('survey', 'anonymous')
    op.drop_column('survey', 'locked_on')
    for table in ('sent_back', 'sealed_draft', 'device', 'enrolment_code'):
        op.drop_table(table)
