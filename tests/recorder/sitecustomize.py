"""Keeps what HTTP clients in Python are answered, for the search for secrets of `cargo xtask test`.

Python imports this by itself when its folder is on PYTHONPATH. Nothing happens unless ALLUVIUM_RECORDING names a directory. Each line
has the form of crates/testkit/src/recording.rs, and secrets that an answer hands out are taken from it there and here alike.
"""

import http.client
import json
import os
import re
import threading

DIRECTORY = os.environ.get("ALLUVIUM_RECORDING")
SECRET_BYTES_MIN = 12
WRITING = threading.Lock()
HANDED_OUT = re.compile(r"<(?:SecretAccessKey|SessionToken)>([^<]+)<")
API_KEY = re.compile(r'"value": ?"([^"]+)"')
QUERY_ANSWERS = ("<CreateAccessKeyResponse", "<AssumeRoleResponse", "<GetSessionTokenResponse", "<GetFederationTokenResponse")


def append(ending, line):
    path = os.path.join(DIRECTORY, f"python-{os.getpid()}{ending}")
    with WRITING, open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def created(request, text):
    """The secrets that an answer hands out where AWS does so."""
    if any(element in text for element in QUERY_ANSWERS):
        return HANDED_OUT.findall(text)
    return API_KEY.findall(text) if request.startswith("POST /apikeys") else []


def keep(request, body):
    text = body.decode("utf-8", "replace")
    append(".records.jsonl", {"source": "answer", "request": request, "text": text})
    for secret in created(request, text):
        if len(secret) >= SECRET_BYTES_MIN:
            append(".secrets.jsonl", {"what": f"made by {request}", "value": secret})


def install():
    putrequest, getresponse = http.client.HTTPConnection.putrequest, http.client.HTTPConnection.getresponse

    def put(self, method, url, *rest, **options):
        self.alluvium_request = f"{method} {url}"
        return putrequest(self, method, url, *rest, **options)

    def get(self):
        response = getresponse(self)
        response.alluvium_request = getattr(self, "alluvium_request", "?")
        append(
            ".records.jsonl",
            {"source": "head of an answer", "request": response.alluvium_request, "text": str(response.headers)},
        )
        return response

    def reading(name):
        original = getattr(http.client.HTTPResponse, name)

        def read(self, *arguments):
            outermost = not getattr(self, "alluvium_reading", False)
            self.alluvium_reading = True
            try:
                data = original(self, *arguments)
            finally:
                if outermost:
                    self.alluvium_reading = False
            if outermost and isinstance(data, bytes) and data:
                self.alluvium_body = getattr(self, "alluvium_body", b"") + data
                if self.isclosed() or len(self.alluvium_body) > 1 << 20:
                    keep(self.alluvium_request, self.alluvium_body)
                    self.alluvium_body = b""
            return data

        return read

    http.client.HTTPConnection.putrequest, http.client.HTTPConnection.getresponse = put, get
    for name in ("read", "read1", "readline"):
        setattr(http.client.HTTPResponse, name, reading(name))


if DIRECTORY:
    install()
