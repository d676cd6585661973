"""The page while it is written: served to this machine alone, it reloads itself and shows what is wrong."""

from __future__ import annotations

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType

PORT = "REPORT_PORT"  # the environment's variable by which a program that starts anew finds its port again
_HOST = "127.0.0.1"
# The browser keeps the reader's place when a page is reloaded.
_RELOADS = """
<pre id="mistake" role="alert" hidden style="position: fixed; inset: auto 0 0 0; margin: 0; padding: 1em;
  background: #9b1c1c; color: #fff; white-space: pre-wrap; z-index: 9"></pre>
<script>
let shown = %s;
setInterval(async () => {
  const {version, mistake} = await (await fetch("/state")).json();
  const box = document.getElementById("mistake");
  box.textContent = mistake;
  box.hidden = !mistake;
  if (version !== shown && !mistake) location.reload();
}, 400);
</script>
"""


class Preview:
    """Serves a page at a free port of this machine, from `with` on; `tell` says how the last build went."""

    def __init__(self, page: Path) -> None:
        self._page = page
        self._version, self._mistake = 0, ""

    def __enter__(self) -> Preview:
        wanted = int(os.environ.get(PORT, 0))
        try:
            self._server = ThreadingHTTPServer((_HOST, wanted), self._handler())
        except OSError:  # another has it by now
            self._server = ThreadingHTTPServer((_HOST, 0), self._handler())
        self._server.daemon_threads = True
        os.environ[PORT] = str(self._server.server_port)
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        """Where the page is seen."""
        return f"http://{_HOST}:{self._server.server_port}"

    def tell(self, mistake: str = "") -> None:
        """The page was made anew, or could not be: then it stays as it was."""
        self._version += not mistake
        self._mistake = mistake

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        preview = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/state":
                    self._send("application/json", json.dumps(preview._state()))
                elif self.path == "/":
                    self._send("text/html; charset=utf-8", preview._shown())
                else:
                    self.send_error(404)

            def _send(self, kind: str, text: str) -> None:
                content = text.encode()
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *arguments: object) -> None:
                """Say nothing: the terminal is the build's."""

        return Handler

    def _state(self) -> dict[str, object]:
        return {"version": self._version, "mistake": self._mistake}

    def _shown(self) -> str:
        page = "<!DOCTYPE html><title>No report yet</title><p>No report yet.</p>"
        if self._page.is_file():
            page = self._page.read_text(encoding="utf-8")
        return page + _RELOADS % self._version
