"""What does every long run get?  A bench that is clean afterwards."""

import pytest

from running import Bench


@pytest.fixture
def bench(tmp_path):
    b = Bench(tmp_path)
    yield b
    b.close()
