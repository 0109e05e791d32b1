"""What may be done, whichever door it came through: chat, page or sweep. Permission checks live here."""
