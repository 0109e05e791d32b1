"""The migrations make exactly the tables the program uses, and a schema that does not fit is refused."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from storage import migrate
from storage.db import Database
from storage.tables import Base

pytestmark = pytest.mark.own_database


def test_the_migrated_schema_is_what_the_tables_say(db: Database) -> None:
    with db.read_engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata)
    assert found == []


def test_every_key_begins_with_the_commune() -> None:
    """So that a province's database can be cut by commune; the queues alone are led by what is due."""
    for table in Base.metadata.sorted_tables:
        if "tenant_id" not in table.c:
            assert table.name == "tenant"
            continue
        assert [column.name for column in table.primary_key.columns] == ["tenant_id", "id"], table.name
        for key in table.foreign_key_constraints:
            assert key.column_keys[0] == "tenant_id", f"{table.name}: {key.column_keys}"
        for index in table.indexes:
            if index.unique:
                assert [column.name for column in index.columns] in (["path"],), f"{table.name}: {index.name}"


def test_migrating_twice_changes_nothing(db: Database) -> None:
    migrate.migrate(db)
    migrate.check(db)


def test_a_newer_and_an_empty_database_are_refused_with_what_to_do(db: Database) -> None:
    with db.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(migrate.SchemaError, match="install the newer program"):
        migrate.check(db)
    with pytest.raises(migrate.SchemaError, match="install the newer program"):
        migrate.migrate(db)
    with db.writing() as session:
        session.execute(text("DELETE FROM alembic_version"))
    with pytest.raises(migrate.SchemaError, match="danhoi migrate"):
        migrate.check(db)
