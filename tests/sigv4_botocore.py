"""Signs random requests with botocore's signers and prints each as one line of JSON.

    sigv4_botocore.py SEED COUNT

The same seed makes the same requests; only their time differs. Each line has what a server would receive: method, url, headers
and body (Base64), beside the service, whether the signature stands in the query, the session token or null, and the time.
"""

import base64
import json
import random
import string
import sys
import time

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

SERVICES = ["kinesis", "apigateway", "execute-api", "iam", "sts", "monitoring", "s3"]
SEGMENTS = ["a", "streams", "restapis", "x-y_z~", "%20", "a%20b", "%C3%A4", "a=b", "$:@!,;(*)", ".hid", "..", ".", ""]
NAMES = ["a", "b", "A", "Action", "List", "a b", "ä", "", "x-id", "~-_."]
VALUES = ["", "1", "a b", "a+b", "/", "~", "你好", "%2F", "=", "&", "a*b", "q'r", "\u007f"]
HEADERS = ["x-amz-target", "content-type", "x-amz-meta", "x-amz-acl"]
TEXT = string.ascii_letters + string.digits + " \"#$%&'()*+,-./:;<=>?@[]^_{|}~"


def request(dice: random.Random, service: str, presigned: bool) -> AWSRequest:
    path = "/" + "/".join(dice.choice(SEGMENTS) for _ in range(dice.randrange(5)))
    if path.endswith(("/.", "/..")):
        # RFC 3986 and AWS's signer for Rust keep the slash after these, botocore does not; no operation has such a path.
        path += "/end"
    if service == "s3":
        path = path.replace("..", "up").replace("/.", "/dot")
    params = [(dice.choice(NAMES), dice.choice(VALUES)) for _ in range(dice.randrange(5))]
    if presigned:
        # botocore reads them into a dictionary here.
        params = list(dict(params).items())
    headers = {}
    for name in dice.sample(HEADERS, dice.randrange(len(HEADERS) + 1)):
        headers[name] = "".join(dice.choice(TEXT) for _ in range(dice.randrange(30))).strip() or "v"
    method = "GET" if presigned else dice.choice(["GET", "PUT", "POST", "DELETE", "PATCH"])
    body = b"" if presigned or method == "GET" else dice.randbytes(dice.randrange(200))
    host = dice.choice(["127.0.0.1:4566", "localhost", "kinesis.us-east-1.amazonaws.com"])
    return AWSRequest(method=method, url=f"http://{host}{path}", headers=headers, params=params, data=body)


def signed(dice: random.Random) -> dict:
    service = dice.choice(SERVICES)
    presigned = dice.random() < 0.4
    token = "".join(dice.choice(string.ascii_letters + "+/=") for _ in range(40)) if dice.random() < 0.3 else None
    credentials = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token)
    unsigned = request(dice, service, presigned)
    if presigned:
        signer = S3SigV4QueryAuth if service == "s3" else SigV4QueryAuth
        expires = dice.choice([1, 60, 3600, 604800])
        signer(credentials, service, "eu-central-1", expires=expires).add_auth(unsigned)
    else:
        signer = S3SigV4Auth if service == "s3" else SigV4Auth
        signer(credentials, service, "eu-central-1").add_auth(unsigned)
    sent = unsigned.prepare()
    body = sent.body or b""
    return {
        "service": service,
        "presigned": presigned,
        "token": token,
        "now": int(time.time()),
        "method": sent.method,
        "url": sent.url,
        "headers": [[name, value] for name, value in sent.headers.items()],
        "body": base64.b64encode(body if isinstance(body, bytes) else body.encode()).decode(),
    }


def main() -> None:
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    dice = random.Random(seed)
    for _ in range(count):
        print(json.dumps(signed(dice)))


main()
