"""A proxy that keeps what passes, so that a client's silent retries and what the upstream was sent are seen."""
import collections
import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}

Call = collections.namedtuple("Call", "method path key body")


class WatchingProxy(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port):
        """Passes on to this port of the loopback."""
        super().__init__(("127.0.0.1", 0), Pass)
        self.upstream = port
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
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.calls.append(Call(self.command, self.path, self.headers.get("x-api-key") or bearer, body))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.upstream, timeout=60)
        try:
            upstream.request(self.command, self.path, body=body or None, headers=headers)
            self.relay(upstream.getresponse())
        finally:
            upstream.close()

    do_GET = do_POST

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
