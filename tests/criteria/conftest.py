"""An office whose two communes are measured by a set of three criteria."""

import pytest

from tests.cast import Office
from tests.criteria.small import import_text, small_set
from tests.days import CONFIRMED


@pytest.fixture
def measured(office: Office) -> Office:
    """The cast with the small set imported, and nothing attained."""
    import_text(office, small_set(), on=CONFIRMED)
    return office
