"""What do tests of viewers get?  A bench to run hupproof on, as its own black-box tests have."""

import pytest

from running import Bench


@pytest.fixture
def bench(tmp_path):
    b = Bench(tmp_path)
    yield b
    b.close()
