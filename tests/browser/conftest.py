"""Fixtures of the browser tests: the small field survey, built once and copied for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import support


@pytest.fixture(scope="session")
def field_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return support.build(tmp_path_factory.mktemp("field"))


@pytest.fixture
def field(field_template: Path, tmp_path: Path) -> Iterator[support.Field]:
    made = support.start(field_template, tmp_path / "field")
    yield made
    support.stop(made)
