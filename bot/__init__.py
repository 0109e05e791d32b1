"""The running process: settings, wiring, intake, delivery, channels, commands."""
