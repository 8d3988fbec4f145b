"""Questions that were not understood, without who asked them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "unanswered",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("day", sa.Date, nullable=False, index=True),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("question", sa.String(200), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("nearest", sa.String(60), nullable=True),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("unanswered")
