"""What code tries in vain gets one sentence that says what to do instead, to client and model."""

import pytest

NETWORK = "there is no network in this sandbox: upload the data as a file"
COMMANDS = "System commands are not available in this sandbox: use Python instead"
PACKAGES = "Installing packages is not available in this sandbox: use the libraries that are there"

IN_VAIN = {
    "import requests": NETWORK,
    "from requests import get": NETWORK,
    "import urllib.request\nurllib.request.urlopen('https://example.com/data.json')": NETWORK,
    "import pandas as pd\npd.read_csv('https://example.com/data.csv')": NETWORK,
    "import pandas as pd\npd.read_html('http://example.com')": NETWORK,
    "import seaborn as sns\nsns.load_dataset('tips')": NETWORK,
    "import socket\nsocket.create_connection(('example.com', 80), 5)": NETWORK,
    "import socket\nsocket.socket().connect(('93.184.216.34', 80))": NETWORK,
    "import http.client\nhttp.client.HTTPSConnection('10.0.0.1').request('GET', '/')": NETWORK,
    "import socket\nsocket.gethostbyname('example.com')": NETWORK,
    "import asyncio\nasyncio.run(asyncio.open_connection('example.com', 80))": NETWORK,
    "import torch": "'torch': it is not available in this sandbox, use sklearn",
    "import tensorflow as tf": "'tensorflow': it is not available in this sandbox, use sklearn",
    "import polars": "'polars': it is not available in this sandbox and can't be installed",
    "import pip": PACKAGES,
    "!pip install requests": PACKAGES,
    "%pip install requests": PACKAGES,
    "pip install requests": PACKAGES,
    "%%bash\npip install requests": PACKAGES,
    "import subprocess, sys\n"
    "subprocess.check_call([sys.executable, '-m', 'pip', 'install', 'x'])": PACKAGES,
    "import subprocess\nsubprocess.run('pip install x', shell=True)": PACKAGES,
    "!ls": COMMANDS,
    "%%bash\nls": COMMANDS,
    "import subprocess\nsubprocess.run(['ls', '-l'])": COMMANDS,
    "import subprocess\nsubprocess.check_output('ls', shell=True)": COMMANDS,
    "import os\nos.popen('ls').read()": COMMANDS,
}


@pytest.mark.parametrize("code", IN_VAIN)
def test_it_is_said_what_is_not_available_and_what_to_do(container, code):
    outcome = container.cell(code)
    assert outcome.status == "error"
    assert IN_VAIN[code] in outcome.traceback
    assert IN_VAIN[code] in outcome.brief


@pytest.mark.parametrize("code", IN_VAIN)
def test_it_is_said_once_and_without_frames_of_ours(container, code):
    outcome = container.cell(code)
    assert outcome.brief.count(IN_VAIN[code]) == 1
    assert "sandglass_sandbox" not in outcome.traceback
    assert "importlib" not in outcome.traceback


CAUGHT = {
    "import requests": NETWORK,
    "import urllib.request; urllib.request.urlopen('https://example.com/')": NETWORK,
    "import subprocess; subprocess.run(['ls'])": COMMANDS,
}


@pytest.mark.parametrize("code", CAUGHT)
def test_code_that_catches_and_prints_the_error_prints_the_sentence(container, code):
    text = container.text(f"try:\n    {code}\nexcept Exception as e:\n    print('Error:', e)")
    assert CAUGHT[code] in text


@pytest.mark.parametrize(
    ("command", "sentence"), [("ls", COMMANDS), ("pip install requests", PACKAGES)]
)
def test_os_system_says_it_on_stderr(container, command, sentence):
    outcome = container.cell(f"import os\nos.system({command!r})")
    assert sentence in outcome.stderr
    assert outcome.result == "32512"


def test_a_library_is_told_truthfully_that_another_is_not_there(container):
    assert container.text("import importlib.util as u; print(u.find_spec('torch'))") == "None\n"
    caught = "try:\n    import torch\nexcept ImportError as e:\n    print(e.name, e.__context__)"
    assert container.text(caught) == "torch None\n"


def test_a_misspelt_part_of_a_library_is_another_error(container):
    outcome = container.cell("import pandas.nosuch")
    assert "No module named 'pandas.nosuch'" in outcome.traceback


def test_sockets_between_the_codes_own_processes_work(container):
    assert (
        container.text(
            "import socket\na, b = socket.socketpair()\na.sendall(b'hi')\nprint(b.recv(2))"
        )
        == "b'hi'\n"
    )
    pool = "import multiprocessing as m\nwith m.Pool(2) as p:\n    print(p.map(abs, [-1, 2]))"
    assert container.text(pool) == "[1, 2]\n"


def test_python_itself_can_be_run(container):
    code = (
        "import subprocess, sys\nprint(subprocess.check_output([sys.executable, '-c', 'print(1)']))"
    )
    assert container.text(code) == "b'1\\n'\n"


def test_a_directory_that_is_not_there_is_not_a_missing_command(container):
    outcome = container.cell(
        "import subprocess, sys\nsubprocess.run([sys.executable, '-V'], cwd='/mnt/data/nosuch')"
    )
    assert "/mnt/data/nosuch" in outcome.traceback
    assert "not available" not in outcome.traceback
