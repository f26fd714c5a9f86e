"""`python -m core.embedded start|stop|status|env|serve|exec|remove --dir DIR [--test] [-- command …]`."""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from core.embedded.servers import Servers


def _print_environment(servers: Servers) -> None:
    for name, value in servers.environment().items():
        print(f"{name}={value}", flush=True)


def start(servers: Servers, command: list[str]) -> int:
    """Start and print the environment; the servers stay when this process ends."""
    servers.start()
    _print_environment(servers)
    return 0


def stop(servers: Servers, command: list[str]) -> int:
    """Stop the servers and keep their data."""
    servers.stop()
    return 0


def status(servers: Servers, command: list[str]) -> int:
    """Print what runs; exit 1 when something does not."""
    states = servers.status()
    for name, running in states.items():
        print(f"{name}: {'running' if running else 'stopped'}")
    return 0 if all(states.values()) else 1


def env(servers: Servers, command: list[str]) -> int:
    """Print the environment without starting anything."""
    _print_environment(servers)
    return 0


def remove(servers: Servers, command: list[str]) -> int:
    """Stop the servers and delete their data."""
    servers.remove()
    return 0


def serve(servers: Servers, command: list[str]) -> int:
    """Throw-away servers that last as long as our standard input stays open.

    A test run that is killed closes that pipe, so nothing it started is left behind.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        start(servers, [])
        sys.stdin.buffer.read()
    finally:
        servers.remove()
    return 0


def execute(servers: Servers, command: list[str]) -> int:
    """Run `command` with the servers up; stop only what was started for it."""
    started = servers.start()
    try:
        return subprocess.run(command, env={**os.environ, **servers.environment()}, check=False).returncode
    except KeyboardInterrupt:
        return 130
    finally:
        if started:
            servers.stop()


VERBS = {
    "start": start,
    "stop": stop,
    "status": status,
    "env": env,
    "remove": remove,
    "serve": serve,
    "exec": execute,
}


def main(arguments: list[str]) -> int:
    """Read the command line and run one verb. Without --dir, `serve` and `exec --test` use a new folder."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    command = arguments[cut + 1 :]
    parser = argparse.ArgumentParser(prog="python -m core.embedded", description=__doc__)
    parser.add_argument("verb", choices=VERBS)
    parser.add_argument("--dir", type=Path)
    parser.add_argument("--test", action="store_true", help="throw-away data: no disk flushes")
    options = parser.parse_args(arguments[:cut])
    throw_away = options.dir is None and options.test
    if options.dir is None and not throw_away:
        parser.error("--dir is needed")
    if options.verb == "exec" and not command:
        parser.error("exec needs -- and a command")
    folder = options.dir or Path(tempfile.mkdtemp(prefix="lianchuang-test-"))
    servers = Servers(folder, test=options.test)
    try:
        return VERBS[options.verb](servers, command)
    finally:
        if throw_away:
            servers.remove()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
