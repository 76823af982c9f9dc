def test_the_working_directory_is_mnt_data_and_a_change_lasts(container):
    assert container.text("import os; print(os.getcwd())") == "/mnt/data\n"
    container.text("os.mkdir('sub'); os.chdir('sub')")
    assert container.text("print(os.getcwd())") == "/mnt/data/sub\n"


def test_a_module_in_the_working_directory_is_imported(container):
    container.put("helper.py", b"answer = 42\n")
    assert container.cell("import helper; helper.answer").result == "42"


def test_the_environment_is_set_by_start(sandbox):
    container = sandbox.fork(environment={"TZ": "Asia/Tokyo", "COLOUR": "blau"})
    code = "import os, time; print(os.environ['COLOUR'], time.tzname[0])"
    assert container.text(code) == "blau JST\n"
    container.close()


def test_a_forgotten_import_of_a_usual_name_is_forgiven(container):
    assert container.text("print(int(np.sqrt(16)), len(pd.DataFrame({'a': [1]})))") == "4 1\n"
    assert container.text("plt.plot([1]); plt.close(); print('pd' in dir())") == "False\n"
    assert container.text("pd = 7\nprint(pd)") == "7\n"


def test_only_data_and_temporary_directories_can_be_written(container):
    code = """
import os
for d in ('/', '/usr', '/etc', '/opt/sandglass', '/dev', '/mnt', '/var', '/run', '/proc'):
    try: open(f'{d}/x', 'w'); print('wrote', d)
    except OSError: pass
for d in ('/mnt/data', '/tmp', '/dev/shm'): open(f'{d}/x', 'w')
"""
    assert container.text(code) == ""


def test_nothing_written_can_be_executed(container):
    code = """
import os, shutil, subprocess, sys
for d in ('/mnt/data', '/tmp', '/dev/shm'):
    shutil.copy('/usr/bin/python3', f'{d}/p'); os.chmod(f'{d}/p', 0o755)
    try: subprocess.run([f'{d}/p', '-c', 'print(1)']); print('ran', d)
    except PermissionError: pass
"""
    assert container.text(code) == ""


def test_the_kernel_has_no_privileges(container):
    status = container.text("print(open('/proc/self/status').read())")
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(fields[name], 16) == 0, name
    assert fields["NoNewPrivs"] == "1"
    assert "0" not in fields["Uid"].split()


def test_there_is_no_network_but_loopback(container):
    code = "import socket; print([n for _, n in socket.if_nameindex()])"
    assert container.text(code) == "['lo']\n"
    code = "socket.create_connection(('1.1.1.1', 53), 2)"
    assert container.cell(code).error["ename"] == "OSError"


def test_a_server_on_loopback_can_be_reached(container):
    code = """
import socket
s = socket.create_server(('127.0.0.1', 0))
c = socket.create_connection(s.getsockname()); print('ok')
"""
    assert container.text(code) == "ok\n"


def test_no_socket_of_ours_has_a_path_inside(container):
    code = "import os; print(os.listdir('/run'), os.path.exists('/sys/kernel'))"
    assert container.text(code) == "[] False\n"


def test_the_number_of_processes_is_limited(sandbox):
    container = sandbox.fork(processes=20)
    code = """
import os, time
pids = []
try:
    for _ in range(50):
        pid = os.fork()
        if pid == 0: time.sleep(30); os._exit(0)
        pids.append(pid)
except BlockingIOError: print('refused', len(pids) < 20)
for p in pids: os.kill(p, 9); os.waitpid(p, 0)
"""
    assert container.text(code) == "refused True\n"
    container.close()
