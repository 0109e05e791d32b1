"""Typed functions for every sentence a person reads, one module per subject over the files in locales/."""
