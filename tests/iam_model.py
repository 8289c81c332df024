"""Holds operations of IAM and STS against botocore's model: every member that the model names, with values that it does not allow,
has to be refused by name; what it allows has not. Prints one JSON object.

Arguments: operations such as iam:CreateUser. Endpoint, credentials and region come from the environment.
"""

import json
import re
import sys

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

# Values that the model allows and that mean nothing here: no key expires by itself, and there are no devices.
NOT_TAKEN = {("UpdateAccessKey", "Status"): "Active"}
# Bad values of every kind; the first that the member's pattern does not match is sent.
CANDIDATES = ("a b", "%%%%", "no\u0100", "x" * 20 + "\u0007", "/\u0100/", "v0")
GOOD_TEXTS = ("name", "/", "AKIAIOSFODNN7EXAMPLE", "v1", "arn:aws:iam::000000000000:policy/none", "42", "123456")
CLIENTS = {
    name: boto3.client(name, config=Config(parameter_validation=False, retries={"total_max_attempts": 1}))
    for name in ("iam", "sts")
}
DOCUMENT = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kinesis:*","Resource":"*"}]}'


class Walk:
    def __init__(self):
        self.departures = []
        self.requests = 0

    def send(self, service, operation, members):
        """The error of a request, `Code: message`; empty when it went well."""
        self.requests += 1
        try:
            getattr(CLIENTS[service], xform_name(operation))(**members)
        except ClientError as error:
            answer = error.response["Error"]
            return f"{answer['Code']}: {answer['Message']}"
        return ""

    def expect_refused(self, service, operation, members, name, why):
        error = self.send(service, operation, members)
        told = name[0].lower() + name[1:]
        if not error.startswith("ValidationError: ") or told not in error:
            self.departures.append(f"{operation}.{name} {why}: {error or 'taken'}")

    def operation(self, service, name):
        model = CLIENTS[service].meta.service_model.operation_model(name)
        if model.input_shape is None:
            return
        shapes = model.input_shape.members
        base = {member: good(name, member, shapes[member]) for member in model.input_shape.required_members}
        for member, shape in shapes.items():
            if member in model.input_shape.required_members:
                rest = {other: value for other, value in base.items() if other != member}
                self.expect_refused(service, name, rest, member, "left out")
            for why, value in bad(shape):
                self.expect_refused(service, name, base | {member: value}, member, why)
            error = self.send(service, name, base | {member: good(name, member, shape)})
            # A marker that no answer gave is refused, whatever its form.
            unsupported = "not supported by this server" in error or "Invalid Marker" in error
            if error.startswith("ValidationError: ") and not unsupported and member not in base:
                self.departures.append(f"{name}.{member} good: {error}")


def good(operation, member, shape):
    """A value that the model allows."""
    if (operation, member) in NOT_TAKEN:
        return NOT_TAKEN[operation, member]
    if shape.type_name == "integer":
        return shape.metadata.get("min", 1)
    if shape.type_name == "boolean":
        return True
    if shape.type_name == "list":
        return [good(operation, member, shape.member)]
    if shape.type_name == "structure":
        return {name: good(operation, name, inner) for name, inner in shape.members.items()}
    if "Polic" in shape.name and "Document" in shape.name:
        return DOCUMENT
    if shape.enum:
        return shape.enum[0]
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max", 10**6)
    pattern = shape.metadata.get("pattern")
    for text in GOOD_TEXTS:
        if least <= len(text) <= most and (not pattern or re.fullmatch(python_pattern(pattern), text)):
            return text
    return "x" * max(least, 1)


def bad(shape):
    """Values that the model does not allow, each with what is wrong."""
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if shape.type_name == "integer":
        if most is not None:
            yield "above the maximum", most + 1
        if least is not None:
            yield "below the minimum", least - 1
    if shape.type_name == "list" and most is not None and shape.member.type_name == "string":
        yield "too many", ["key"] * (most + 1)
    if shape.type_name != "string":
        return
    if shape.enum:
        yield "no such word", "Nonsense"
        return
    if most is not None:
        yield "too long", "x" * (most + 1)
    if least:
        yield "too short", "x" * (least - 1)
    pattern = shape.metadata.get("pattern")
    if pattern:
        fitting = (text for text in CANDIDATES if len(text) >= (least or 0) and len(text) <= (most or 10**6))
        for text in fitting:
            if not re.fullmatch(python_pattern(pattern), text):
                yield "outside of the pattern", text
                return


def python_pattern(pattern):
    """Java's classes as Python's."""
    ascii_only = pattern.replace("\\p{L}\\p{Z}\\p{N}", "\\w\\s")
    return re.compile(ascii_only, re.ASCII)


def main():
    walk = Walk()
    for argument in sys.argv[1:]:
        service, name = argument.split(":")
        walk.operation(service, name)
    print(json.dumps({"operations": len(sys.argv) - 1, "requests": walk.requests, "departures": walk.departures}))


main()
