"""How is a server's reload a test of pytest?  Two ways:

    *.hup.json          each such file is a test: hupproof runs it, and it has to end as its
                        `expect` says (files)
    fixture hupproof    runs a scenario that a test builds, and gives its result (fixture)

docs/pytest.md tells users.  The rest of the package:

    settings        what the command line, markers and the ini file ask for
    plans           the scenario that keyword arguments mean
    runs            one run of hupproof, for a test
    child           starting hupproof, and having it end with us
    locate          where hupproof is
    slots           one timing-sensitive run at a time, on the whole machine
    results         what a run showed
    pages           the timeline of a run
    expectations    is a report what its scenario expects?
    durations       how long is "250ms"?
"""

from .files import pytest_collect_file
from .fixture import hupproof, hupproof_round, pytest_generate_tests
from .runs import pytest_runtest_makereport
from .settings import pytest_addoption, pytest_configure

__all__ = ["hupproof", "hupproof_round", "pytest_addoption", "pytest_collect_file",
           "pytest_configure", "pytest_generate_tests", "pytest_runtest_makereport"]
