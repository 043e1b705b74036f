"""Turns a subunit stream (standard input) into one JSON object per test: name, status, details."""
import json
import sys

import subunit
import testtools


def show(test):
    # Test frameworks report attachments of many kinds; the traceback and the reason of a skip are text.
    texts = [detail.as_text() for name, detail in sorted(test["details"].items()) if name in ("traceback", "reason")]
    print(json.dumps({"name": test["id"], "status": test["status"], "details": "\n".join(texts)}))


result = testtools.StreamToDict(show)
result.startTestRun()
subunit.ByteStreamToStreamResult(sys.stdin.buffer, non_subunit_name="stdout").run(result)
result.stopTestRun()
