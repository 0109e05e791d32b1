"""Rules without I/O: calendar, feedback, rating, escalation, digest, messages, wording, errors."""
