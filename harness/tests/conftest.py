"""What does every black-box test get?  A bench to run hupproof on, which is
clean afterwards: whatever a run left alive fails the test."""

import pytest

from running import Bench


@pytest.fixture
def bench(tmp_path):
    b = Bench(tmp_path)
    yield b
    b.close()
