"""How does a test get a server that is surely gone afterwards?"""

import pytest

from reloadable import Server, real_program, write_program
from variants import no_ipv6


@pytest.fixture
def start(tmp_path):
    servers = []

    def start_one(*args, **how):
        servers.append(Server(tmp_path, *args, **how))
        return servers[-1]

    yield start_one
    for server in servers:
        server.stop()


@pytest.fixture
def app(tmp_path):
    path = tmp_path / "app"
    write_program(path, real_program())
    return path


@pytest.fixture(params=[("--host", "127.0.0.1"), ("--host", "::1"), ("--unix", "s")],
                ids=["v4", "v6", "unix"])
def address(request):
    """Wherever one can listen."""
    if "::1" in request.param and no_ipv6():
        pytest.skip(no_ipv6())
    return request.param
