"""A proxy that keeps what passes, so that a client's silent retries and what the upstream was sent are seen."""
import collections
import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}

Call = collections.namedtuple("Call", "method path key body")


class WatchingProxy(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port, keeper=None):
        """Passes on to this port of the loopback what the keeper, where there is one, does not answer."""
        super().__init__(("127.0.0.1", 0), Pass)
        self.upstream = port
        self.keeper = keeper
        self.calls = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, address):
        """A client that ends resets its connections."""

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Pass(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
        body = self.body()
        self.server.calls.append(Call(self.command, self.path, self.headers.get("x-api-key") or bearer, body))
        kept = self.server.keeper and self.server.keeper.answer(self.command, self.path, self.headers, body)
        if kept:
            self.say(*kept)
            return
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.upstream, timeout=60)
        try:
            upstream.request(self.command, self.path, body=body or None, headers=headers)
            self.relay(upstream.getresponse())
        finally:
            upstream.close()

    do_GET = do_DELETE = do_POST

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        pieces = []
        while size := int(self.rfile.readline(), 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def say(self, status, kind, answer):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def relay(self, answer):
        """Chunk by chunk as it comes, so that a stream stays one."""
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP:
                self.send_header(name, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while piece := answer.read1(65536):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *arguments):
        pass
