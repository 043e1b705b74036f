"""Runs command lines of OpenStack's clients for tests: what is typed, in a process of its own each time.

Loading the clients takes seconds of computing, running a command a tenth of one. So they are loaded once, and
each command runs in a fork of that.

standard input: one JSON object per line, {"program": "openstack" | "watcher", "words": [...], "env": {...}}
standard output: for each, {"status", "stdout", "stderr"}
"""
import importlib
import json
import os
import sys
import tempfile

MODULES = {"openstack": "openstackclient.shell", "watcher": "watcherclient.shell"}
# Loaded by the clients when they first need them.
PRELOADED = ("watcherclient.osc.plugin", "watcherclient.v1.client", "watcherclient.shell", "keystoneauth1.identity",
             "openstack.connection", "cliff.formatters.json_format")


def run(program, words, env):
    """Runs in the child; does not return."""
    os.environ.clear()
    os.environ.update(env)
    sys.argv = [program, *words]
    try:
        status = importlib.import_module(MODULES[program]).main(words)
    except SystemExit as ending:
        status = ending.code
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status if isinstance(status, int) else 0 if status is None else 1)


def answer(request):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, open(os.devnull) as nothing:
        child = os.fork()
        if child == 0:
            for source, target in ((nothing, 0), (out, 1), (err, 2)):
                os.dup2(source.fileno(), target)
            run(request["program"], request["words"], request["env"])
        _, status = os.waitpid(child, 0)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "replace"))
        return {"status": os.waitstatus_to_exitcode(status), "stdout": texts[0], "stderr": texts[1]}


def main():
    for name in (*MODULES.values(), *PRELOADED):
        importlib.import_module(name)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


main()
