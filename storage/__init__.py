"""The database: engines, tables, one module of queries per subject, migrations."""
