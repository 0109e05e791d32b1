"""What the service does: one turn of a conversation, the dialogs, and the actions behind every door."""
