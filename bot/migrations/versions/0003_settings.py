"""What a group's administrators set besides the language, when the bot left a chat, and the pictures Telegram has."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns and the table."""
    with op.batch_alter_table("chats") as chats:
        chats.alter_column("language", existing_type=sa.String(2), nullable=True)
        chats.add_column(sa.Column("full", sa.Boolean, nullable=False, server_default=sa.false()))
        chats.add_column(sa.Column("quiet", sa.String(5), nullable=True))
        chats.add_column(sa.Column("left_on", sa.Date, nullable=True))
    op.create_table(
        "files",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("file_id", sa.String(300), nullable=False),
    )


def downgrade() -> None:
    """Take them away; chats without a language of their own go."""
    op.drop_table("files")
    op.execute("DELETE FROM chats WHERE language IS NULL")
    with op.batch_alter_table("chats") as chats:
        for column in ("full", "quiet", "left_on"):
            chats.drop_column(column)
        chats.alter_column("language", existing_type=sa.String(2), nullable=False)
