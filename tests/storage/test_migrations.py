"""The migrations make exactly the tables the program uses, and a schema that does not fit is refused."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select, text
from sqlalchemy.schema import CreateIndex

from bot.app import open_database
from bot.settings import Settings
from storage import migrate
from storage.db import Database
from storage.tables import Base
from tests.conftest import Town
from tests.handlers.filing import file_report

pytestmark = pytest.mark.own_database


def test_the_migrated_schema_is_what_the_tables_say(db: Database) -> None:
    with db.read_engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata)
    assert found == []


def test_an_index_covers_the_rows_that_the_tables_say(db: Database) -> None:
    """What the comparison above does not look at: which rows a partial index holds."""
    migrated = indexes(db)
    with db.write_engine.begin() as connection:
        for index in (index for table in Base.metadata.sorted_tables for index in table.indexes):
            connection.execute(text(f"DROP INDEX {index.name}"))
            connection.execute(CreateIndex(index))
    assert indexes(db) == migrated
    assert len([sql for sql in migrated.values() if " WHERE " in sql]) >= 5


def indexes(db: Database) -> dict[str, str]:
    """Name -> how the database itself writes it down."""
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    if not db.is_sqlite:
        query = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
    with db.read_engine.connect() as connection:
        return {name: " ".join(sql.split()) for name, sql in connection.execute(text(query))}


@pytest.mark.parametrize("revision", ["0001"])
def test_an_installation_of_an_earlier_version_is_upgraded_with_its_data(town: Town, revision: str) -> None:
    case = file_report(town.person("citizen"))
    before = counted(town.db)
    assert before["outbox"] > 5
    with town.db.write_engine.begin() as connection:
        command.downgrade(migrate._config(connection), revision)
    assert "ix_outbox_undelivered" not in indexes(town.db)
    with pytest.raises(migrate.SchemaError, match="danhoi migrate"):
        migrate.check(town.db)
    migrate.migrate(town.db)
    migrate.check(town.db)
    assert counted(town.db) == before
    town.person("citizen").talk((case.code, "Tình hình"))


def counted(db: Database) -> dict[str, int]:
    with db.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def test_starting_upgrades_an_embedded_database_after_a_copy(tmp_path) -> None:
    settings = Settings(data_dir=tmp_path, _env_file=None)
    db = open_database(settings)
    with db.write_engine.begin() as connection:
        command.downgrade(migrate._config(connection), "0001")
    db.close()
    db = open_database(settings)
    migrate.check(db)
    db.close()
    assert (tmp_path / "backups" / "before-migration-from-0001.db").exists()


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
