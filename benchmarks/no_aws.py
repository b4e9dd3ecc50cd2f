"""Stands where AWS would: answers every call, keeps nothing.

    python benchmarks/no_aws.py

What comes in: HTTP calls of peers that ask AWS something while they compile. What goes
out: its own address, one line on stdout; then the same answer to every call of a kind,
a fixed one. So a peer is timed without a network, and none can reach an account. It is
the proxy of all other calls too, and refuses them. Never: listens on more than this
machine.
"""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# To a JSON call: no state machine is there, one job queue and its environment are.
_JSON = {
    "stateMachines": [],
    "jobQueues": [{"computeEnvironmentOrder": [{"computeEnvironment": "bench"}]}],
    "computeEnvironments": [{"computeResources": {"type": "EC2"}}],
    "jobDefinitions": [],
    "jobDefinitionArn": "arn:aws:batch:eu-west-1:123456789012:job-definition/bench:1",
}
# To a question of S3: the one bucket that is named in the peers' scripts.
_XML = """<ListAllMyBucketsResult><Buckets><Bucket><Name>example-bucket</Name>\
<CreationDate>2020-01-01T00:00:00.000Z</CreationDate></Bucket></Buckets>\
</ListAllMyBucketsResult>"""


class Answer(BaseHTTPRequestHandler):
    """JSON to JSON, success to an upload, a list of buckets, no object in any."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self._answer(200, json.dumps(_JSON))

    def do_PUT(self) -> None:
        self._answer(200)

    def do_GET(self) -> None:
        self._answer(200, _XML)

    def do_HEAD(self) -> None:
        self._answer(404)

    def _answer(self, status: int, text: str = "") -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"0"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """A call is not worth a line."""


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
