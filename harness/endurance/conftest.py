"""What does every long run get?  A bench that is clean afterwards; what it found is kept
in reports/runs/endurance."""

import re
import shutil

import pytest

from running import Bench, ROOT


@pytest.fixture
def bench(tmp_path, request):
    b = Bench(tmp_path)
    yield b
    kept = ROOT / "reports" / "runs" / "endurance" / re.sub(r"\W+", "-", request.node.name)
    shutil.rmtree(kept, ignore_errors=True)
    if (tmp_path / "out").exists():
        shutil.copytree(tmp_path / "out", kept)
    b.close()
