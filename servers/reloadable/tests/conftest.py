"""How does a test get a server that is surely gone afterwards?"""

import pytest

from reloadable import Server


@pytest.fixture
def start(tmp_path):
    servers = []

    def start_one(*args, **how):
        servers.append(Server(tmp_path, *args, **how))
        return servers[-1]

    yield start_one
    for server in servers:
        server.stop()
