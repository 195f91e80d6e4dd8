"""Does anybody notice when the shop is reloaded?"""


def test_nobody_notices_a_reload(hupproof):
    result = hupproof.run(
        ["gunicorn", "--chdir", "${dir}", "--preload", "--workers", "4",
         "--bind", "127.0.0.1:${port}", "shop:app"],
        url="http://127.0.0.1:${port}/", slow="/report", rate=50,
        steps=[hupproof.signal("HUP", at="2s")])
    assert result.passed
