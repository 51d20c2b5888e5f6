"""Nothing gets out of the machine, and every attempt is told with the address it tried."""

from __future__ import annotations

import pytest

from pytest_wxcloud import BlockedError

# Each is an expression that settles when the attempt has failed; errors are swallowed, as real code does.
ATTEMPTS = {
    "net.connect": ("await fails(require('net').connect(80, 'example.com'))", "a connection to example.com:80"),
    "net.connect by address": ("await fails(require('net').connect({ port: 1, host: '192.0.2.1' }))", "a connection to 192.0.2.1:1"),
    "net.connect to this machine": ("await fails(require('net').connect(9))", "a connection to localhost:9"),
    "net.connect with text": ("await fails(require('net').connect('9', '::1'))", "a connection to ::1:9"),
    "a local socket": ("await fails(require('net').connect('/var/run/docker.sock'))", "a connection to /var/run/docker.sock"),
    "a bare socket": ("await fails(new (require('net').Socket)().connect(80, 'example.com'))", "a connection to example.com:80"),
    "http.get": ("await fails(require('http').get('http://example.com/a'))", "a connection to example.com:80"),
    "http to a port": ("await fails(require('http').request({ host: '127.0.0.1', port: 8080 }))", "a connection to 127.0.0.1:8080"),
    "https.request": ("await fails(require('https').request('https://example.com'))", "a connection to example.com:443"),
    "an agent of its own": (
        "await fails(require('https').get({ host: 'example.com', agent: new (require('https').Agent)({ keepAlive: true }) }))",
        "a connection to example.com:443",
    ),
    "fetch": ("await fetch('https://example.com').catch(() => {})", "a connection to example.com:443"),
    "tls.connect": ("await fails(require('tls').connect(443, 'example.com'))", "a connection to example.com:443"),
    "http2": ("await fails(require('http2').connect('https://example.com'))", "a connection to example.com:443"),
    "http2 in clear": ("await fails(require('http2').connect('http://example.com'))", "a connection to example.com:80"),
    "WebSocket": (
        "await new Promise((done) => { const s = new WebSocket('wss://example.com'); s.onerror = s.onclose = done })",
        "a connection to example.com:443",
    ),
    "dns.lookup": ("await calls((cb) => require('dns').lookup('example.com', cb))", "a name lookup of example.com"),
    "dns.lookup with options": (
        "await calls((cb) => require('dns').lookup('localhost', { all: true }, cb))", "a name lookup of localhost",
    ),
    "dns.lookupService": ("await calls((cb) => require('dns').lookupService('192.0.2.1', 80, cb))", "a name lookup of 192.0.2.1"),
    "dns.resolve": ("await calls((cb) => require('dns').resolve('example.com', cb))", "a name lookup of example.com"),
    "dns.resolve4": ("await calls((cb) => require('dns').resolve4('example.com', cb))", "a name lookup of example.com"),
    "dns.resolveTxt": ("await calls((cb) => require('dns').resolveTxt('secret.example.com', cb))", "a name lookup of secret.example.com"),
    "dns.resolveAny": ("await calls((cb) => require('dns').resolveAny('example.com', cb))", "a name lookup of example.com"),
    "dns.reverse": ("await calls((cb) => require('dns').reverse('192.0.2.1', cb))", "a name lookup of 192.0.2.1"),
    "dns.Resolver": ("await calls((cb) => new (require('dns').Resolver)().resolve4('example.com', cb))", "a name lookup of example.com"),
    "dns.promises.lookup": ("await require('dns').promises.lookup('example.com')", "a name lookup of example.com"),
    "dns/promises": ("await require('dns/promises').resolveMx('example.com')", "a name lookup of example.com"),
    "dns.promises.Resolver": (
        "await new (require('dns/promises').Resolver)().reverse('192.0.2.1')", "a name lookup of 192.0.2.1",
    ),
    "an imported lookup": ("await (await import('dns/promises')).lookup('example.com')", "a name lookup of example.com"),
    "util.promisify": ("await require('util').promisify(require('dns').resolve)('example.com')", "a name lookup of example.com"),
    "an odd name": ("require('dns').resolve(10n, () => {})", "a name lookup of 10"),
    "a name that cannot be shown": (
        "await calls((cb) => require('dns').resolve({ toString() { throw 1 } }, cb))", "a name lookup of an address that cannot be shown",
    ),
    "a datagram": ("await calls((cb) => udp().send('x', 53, '192.0.2.1', cb))", "a datagram to 192.0.2.1:53"),
    "part of a datagram": ("await calls((cb) => udp().send('xyz', 0, 2, 53, '192.0.2.1', cb))", "a datagram to 192.0.2.1:53"),
    "a datagram without callback": ("const s = udp(); s.send('x', 53, 'example.com'); await fails(s)", "a datagram to example.com:53"),
    "a connected datagram socket": ("await calls((cb) => udp().connect(53, '192.0.2.1', cb))", "a datagram to 192.0.2.1:53"),
    "spawn": ("await fails(require('child_process').spawn('curl', ['https://example.com']))", "the child process curl"),
    "exec": ("await require('util').promisify(require('child_process').exec)('echo hi')", "the child process "),
    "execFile": ("await calls((cb) => require('child_process').execFile('curl', cb))", "the child process curl"),
    "fork": ("require('child_process').fork(__filename)", "the child process "),
    "spawnSync": ("require('child_process').spawnSync('curl', ['x'])", "the child process curl"),
    "execSync": ("require('child_process').execSync('echo hi')", "the child process echo hi"),
    "execFileSync": ("require('child_process').execFileSync('curl')", "the child process curl"),
    "an imported spawnSync": ("(await import('child_process')).spawnSync('curl')", "the child process curl"),
    "cluster": ("require('cluster').fork()", "the child process "),
    "a signal to the test run": ("process.kill(process.ppid, 0)", "a signal to process "),
    "a signal to the process group": ("process.kill(0, 0)", "a signal to process 0"),
    # Below Node's JavaScript
    "a raw connection": (
        "const b = process.binding('tcp_wrap'); new b.TCP(0).connect(new b.TCPConnectWrap(), '192.0.2.1', 80)",
        "a connection to 192.0.2.1:80",
    ),
    "a raw connection to version 6": (
        "const b = process.binding('tcp_wrap'); new b.TCP(0).connect6(new b.TCPConnectWrap(), '2001:db8::1', 80)",
        "a connection to 2001:db8::1:80",
    ),
    "a raw pipe": (
        "const b = process.binding('pipe_wrap'); new b.Pipe(0).connect(new b.PipeConnectWrap(), '/var/run/docker.sock')",
        "a connection to /var/run/docker.sock",
    ),
    "a raw datagram": (
        "const b = process.binding('udp_wrap'); new b.UDP().send(new b.SendWrap(), [Buffer.from('x')], 1, 53, '192.0.2.1', false)",
        "a datagram to 192.0.2.1:53",
    ),
    "a raw lookup": (
        "const b = process.binding('cares_wrap'); b.getaddrinfo(new b.GetAddrInfoReqWrap(), 'example.com', 0, 0, 0)",
        "a name lookup of example.com",
    ),
    "a raw query": (
        "new (require('dns').Resolver)()._handle.queryTxt(new (process.binding('cares_wrap').QueryReqWrap)(), 'example.com')",
        "a name lookup of example.com",
    ),
    "a raw process": (
        "const b = process.binding('process_wrap'); new b.Process().spawn({ file: 'curl', args: ['curl'] })", "the child process curl",
    ),
    "a raw synchronous process": (
        "process.binding('spawn_sync').spawn({ file: 'curl', args: ['curl'], stdio: [] })", "the child process curl",
    ),
    "a raw signal": ("process._kill(process.ppid, 0)", "a signal to process "),
    "a debugger for the test run": ("process._debugProcess(process.ppid)", "a signal to process "),
    "the constructor of a server's handle": (
        "const s = require('net').createServer().listen(0); const { constructor: TCP } = s._handle; s.close();"
        "new TCP(0).connect({}, '192.0.2.1', 80)",
        "a connection to 192.0.2.1:80",
    ),
}  # fmt: skip

HELPERS = """
    const fails = (emitter) => new Promise((done) => emitter.once('error', done))
    const calls = (start) => new Promise((done) => start(done))
    const udp = () => require('dgram').createSocket('udp4')
"""


def function(attempt: str) -> str:
    return f"""{HELPERS}
    exports.main = async () => {{
      try {{ {attempt} }} catch (error) {{ if (error.name === 'ReferenceError') return 'there is none' }}
      return 'swallowed'
    }}
"""


@pytest.mark.parametrize(("attempt", "told"), ATTEMPTS.values(), ids=ATTEMPTS)
def test_an_attempt_to_leave_is_refused_and_told(run, works, attempt, told):
    """An attempt fails, and raises BlockedError with the address even if the function swallowed the failure."""
    outcome = run(function(attempt), allow_blocked=True)
    if outcome.value == "there is none":
        pytest.skip("this Node has none")

    assert outcome.result == "swallowed"
    assert any(str(blocked).startswith(told) for blocked in outcome.blocked)
    with pytest.raises(BlockedError) as caught:
        run(function(attempt))
    assert told in str(caught.value)
    assert "allow_blocked=True" in str(caught.value)
    assert caught.value.outcome.value == "swallowed"
    works()


IN_A_THREAD = {
    "as it is": "{ eval: true }",
    "with flags of its own": "{ eval: true, execArgv: [] }",
    "with more flags": "{ eval: true, execArgv: ['--no-deprecation'] }",
    "with an environment of its own": "{ eval: true, env: {} }",
}


@pytest.mark.parametrize("options", IN_A_THREAD.values(), ids=IN_A_THREAD)
@pytest.mark.parametrize("worker", ["require('worker_threads').Worker", "(await import('worker_threads')).Worker"])
def test_a_thread_does_not_get_out_either(run, works, cloud, eventually, worker, options):
    """A worker thread is guarded however it is started, and what it tried is told, if need be with a later call."""
    inner = (
        "const { Worker, parentPort, isMainThread } = require('worker_threads');"
        "const again = 'require(`dns`).lookup(`inner.example.com`, () => require(`worker_threads`).parentPort.postMessage(1))';"
        "new Worker(again, { eval: true, execArgv: [] }).on('message', () =>"
        " require('net').connect(80, '192.0.2.1').on('error', (error) => parentPort.postMessage(error.code)))"
    )
    outcome = run(
        f"""exports.main = async () => {{
          const Worker = {worker}
          const thread = new Worker({inner!r}, {options})
          const code = await new Promise((done) => thread.on('message', done).on('error', done))
          setTimeout(() => thread.terminate(), 100)
          return code
        }}""",
        allow_blocked=True,
    )

    assert outcome.result == "ERR_WXCLOUD_BLOCKED"
    told = list(outcome.blocked)

    def look() -> bool:
        works()  # brings along what was told after the answer
        told.extend(cloud.late.take_attempts())
        return bool(told)

    eventually(look)
    assert {str(blocked) for blocked in told} <= {"a connection to 192.0.2.1:80", "a name lookup of inner.example.com"}


def test_the_function_is_told_why(run):
    """The error that the function gets says who refused it, with a code of its own."""
    outcome = run(
        "exports.main = () => new Promise((_, reject) => require('http').get('http://example.com').on('error', reject))",
        allow_blocked=True,
    )

    assert outcome.error.code == "ERR_WXCLOUD_BLOCKED"
    assert "pytest-wxcloud blocked a connection to example.com:80" in outcome.error.message


def test_an_address_needs_no_lookup(run):
    """Asking for the name of an address sends nothing, so it is answered."""
    code = "exports.main = async () => require('dns').promises.lookup('192.0.2.1')"

    assert run(code).result == {"address": "192.0.2.1", "family": 4}


def test_a_server_of_its_own_may_listen(run, works):
    """Listening leaves nobody's machine; code that starts a server when it is loaded can be tested."""
    assert run("""
        const server = require('http').createServer().listen(0, '127.0.0.1')
        exports.main = async () => server.close() && 'closed'
    """).result == "closed"  # fmt: skip
    works()


LATE = "setTimeout(() => require('net').connect(80, 'late.example.com').on('error', () => {}), 0)"


def test_an_attempt_after_the_answer_is_told(run, works, cloud, eventually):
    """An attempt that a function makes when it has answered is kept for whoever asks."""
    assert run(f"exports.main = async () => {{ {LATE}; return 1 }}").blocked == ()

    attempts = eventually(lambda: works().blocked or cloud.late.take_attempts())

    assert [str(attempt) for attempt in attempts] == ["a connection to late.example.com:80"]
    assert cloud.late.take_attempts() == []


@pytest.mark.parametrize("module_code", ["require('net').connect(80, 'late.example.com').on('error', () => {})", LATE])
def test_an_attempt_of_module_code_is_told_with_the_first_call(run, works, module_code):
    """What module code tries is told with the call that loaded it, though it runs before or beside it."""
    outcome = run(
        f"{module_code}\nexports.main = async () => new Promise((resolve) => setTimeout(resolve, 5))",
        allow_blocked=True,
    )

    assert [str(blocked) for blocked in outcome.blocked] == ["a connection to late.example.com:80"]
    works()
