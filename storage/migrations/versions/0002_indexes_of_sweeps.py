"""Indexes for what the sweeps look for, so that a look costs what is due and not what exists."""

from alembic import op
from sqlalchemy import text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# name, table, columns, which rows (None = all), and how SQLite says that where it differs
INDEXES = (
    ("ix_outbox_undelivered", "outbox", ("tenant_id", "created_at"),
     "important AND sent_at IS NULL", "important = 1 AND sent_at IS NULL"),
    ("ix_outbox_words", "outbox", ("tenant_id", "created_at"),
     "next_try_at IS NULL AND CAST(body AS TEXT) != '{}'", None),
    ("ix_inbox_words", "inbox", ("tenant_id", "handled_at"),
     "handled_at IS NOT NULL AND CAST(body AS TEXT) != '{}'", None),
    ("ix_web_message_words", "web_message", ("tenant_id", "at"),
     "CAST(body AS TEXT) != '{\"erased\": true}'", None),
    ("ix_conversation_state", "conversation", ("tenant_id", "state", "id"), "state != ''", None),
    ("ix_feedback_case_received", "feedback_case", ("tenant_id", "received_at"), None, None),
    ("ix_attachment_file", "attachment", ("tenant_id", "sha256"), None, None),
    ("ix_attachment_question", "attachment", ("tenant_id", "question_id"), "question_id IS NOT NULL", None),
    ("ix_attachment_queue", "attachment", ("tenant_id", "id"), "case_id IS NULL AND question_id IS NULL", None),
)  # fmt: skip


def upgrade() -> None:
    for name, table, columns, rows, on_sqlite in INDEXES:
        where = text(rows) if rows else None
        op.create_index(
            name, table, list(columns), postgresql_where=where, sqlite_where=text(on_sqlite) if on_sqlite else where
        )


def downgrade() -> None:
    for name, table, *_ in reversed(INDEXES):
        op.drop_index(name, table_name=table)
