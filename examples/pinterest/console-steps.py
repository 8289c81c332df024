"""Builds the example's REST API step by step, as one does on the screens of API Gateway's console, then puts a record and reads it back.

Each step names the screen that it stands for. The same program works against Amazon's own API Gateway (leave out --endpoint-url)
and against `alluvium serve` or `alluvium up`:

    python console-steps.py --endpoint-url http://127.0.0.1:4566 --user-id 0a1b2c3d --create-role

Credentials and region come from where boto3 always finds them (AWS_ACCESS_KEY_ID, AWS_PROFILE, ...; the region is us-east-1 when
nothing says otherwise). What it did is printed as one JSON object at the end.
"""

import argparse
import base64
import json
import os
import sys
import time
import urllib.error
import urllib.request

import boto3

JSON = "application/json"

# What the execution role may do: what the six methods below call, and nothing else.
ACTIONS = ["ListStreams", "DescribeStream", "CreateStream", "DeleteStream", "PutRecord", "PutRecords"]

# The mapping templates. A client's path and body go in, the body of a call of Kinesis comes out.
STREAM_NAME = """{ "StreamName": "$input.params('stream-name')" }"""

CREATE_STREAM = """{
    "ShardCount": #if($input.path('$.ShardCount') == '') 5 #else $input.path('$.ShardCount') #end,
    "StreamName": "$input.params('stream-name')"
}"""

PUT_RECORD = """{
    "StreamName": "$input.params('stream-name')",
    "Data": "$util.base64Encode($input.json('$.Data'))",
    "PartitionKey": "$input.path('$.PartitionKey')"
}"""

PUT_RECORDS = """{
    "StreamName": "$input.params('stream-name')",
    "Records": [
        #foreach($elem in $input.path('$.records'))
        {
            "Data": "$util.base64Encode($elem.data)",
            "PartitionKey": "$elem.partition-key"
        }#if($foreach.hasNext),#end
        #end
    ]
}"""

# Resource, method, action of Kinesis, mapping template.
METHODS = [
    ("/streams", "GET", "ListStreams", "{}"),
    ("/streams/{stream-name}", "GET", "DescribeStream", STREAM_NAME),
    ("/streams/{stream-name}", "POST", "CreateStream", CREATE_STREAM),
    ("/streams/{stream-name}", "DELETE", "DeleteStream", STREAM_NAME),
    ("/streams/{stream-name}/record", "PUT", "PutRecord", PUT_RECORD),
    ("/streams/{stream-name}/records", "PUT", "PutRecords", PUT_RECORDS),
]


def say(text):
    """What is done now, for people; the result alone goes to stdout."""
    print(text, file=sys.stderr)


def create_role(iam, role_name):
    """IAM > Roles > Create role: trusted entity "AWS service", use case "API Gateway"; then an inline policy for Kinesis."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    try:
        role = iam.create_role(RoleName=role_name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
        say(f"role {role_name} is made")
    except iam.exceptions.EntityAlreadyExistsException:
        role = iam.get_role(RoleName=role_name)["Role"]
        say(f"role {role_name} is there")
    permissions = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": [f"kinesis:{action}" for action in ACTIONS], "Resource": "*"}],
    }
    iam.put_role_policy(RoleName=role_name, PolicyName="kinesis-access", PolicyDocument=json.dumps(permissions))
    return role["Arn"]


def create_api(apigateway, name):
    """APIs > Create API > REST API > Build > New API."""
    api = apigateway.create_rest_api(name=name, endpointConfiguration={"types": ["REGIONAL"]})
    say(f"API {name} has the id {api['id']}")
    return api["id"]


def create_resources(apigateway, api_id):
    """Resources > Create resource, four times, each below the one before. Returns the ids by path."""
    root = apigateway.get_resources(restApiId=api_id)["items"][0]
    streams = apigateway.create_resource(restApiId=api_id, parentId=root["id"], pathPart="streams")
    stream = apigateway.create_resource(restApiId=api_id, parentId=streams["id"], pathPart="{stream-name}")
    record = apigateway.create_resource(restApiId=api_id, parentId=stream["id"], pathPart="record")
    records = apigateway.create_resource(restApiId=api_id, parentId=stream["id"], pathPart="records")
    return {resource["path"]: resource["id"] for resource in (streams, stream, record, records)}


def create_method(apigateway, api_id, resource_id, verb, action, template, role_arn, region):
    """Create method: integration type "AWS service", service Kinesis, HTTP method POST, "Use action name", the execution role.

    Then Integration request > Edit: the URL request header Content-Type, and the mapping template. The console makes the method
    response 200 and the integration response for everything by itself; here they are the last two calls.
    """
    where = {"restApiId": api_id, "resourceId": resource_id, "httpMethod": verb}
    apigateway.put_method(**where, authorizationType="NONE", apiKeyRequired=False)
    apigateway.put_integration(
        **where,
        type="AWS",
        integrationHttpMethod="POST",
        uri=f"arn:aws:apigateway:{region}:kinesis:action/{action}",
        credentials=role_arn,
        passthroughBehavior="WHEN_NO_TEMPLATES",
        # A value of one's own stands in single quotes: without them it would name a part of the request.
        requestParameters={"integration.request.header.Content-Type": "'application/x-amz-json-1.1'"},
        requestTemplates={JSON: template},
    )
    apigateway.put_method_response(**where, statusCode="200", responseModels={JSON: "Empty"})
    apigateway.put_integration_response(**where, statusCode="200", responseTemplates={JSON: ""})


def map_errors(apigateway, api_id, resource_id, verb):
    """Integration response > Create response, twice: with the console's one response an error of Kinesis leaves as HTTP 200."""
    where = {"restApiId": api_id, "resourceId": resource_id, "httpMethod": verb}
    for status, pattern in (("400", r"4\d{2}"), ("500", r"5\d{2}")):
        apigateway.put_method_response(**where, statusCode=status, responseModels={JSON: "Empty"})
        apigateway.put_integration_response(**where, statusCode=status, selectionPattern=pattern)


def deploy(apigateway, api_id, stage):
    """Deploy API > New stage. What is edited later shows only after another deployment."""
    deployment = apigateway.create_deployment(restApiId=api_id, stageName=stage)
    say(f"deployment {deployment['id']} is at stage {stage}")


def invoke_url(endpoint_url, region, api_id, stage):
    """Stages > Invoke URL."""
    if endpoint_url is None:
        return f"https://{api_id}.execute-api.{region}.amazonaws.com/{stage}"
    return f"{endpoint_url.rstrip('/')}/_aws/execute-api/{api_id}/{stage}"


def call(method, url, body=None):
    """A request to the new API, as any client sends it: the status and the answer's JSON."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers={"Content-Type": JSON})
    try:
        with urllib.request.urlopen(request) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read()
    return status, json.loads(text) if text else None


def ok(method, url, body=None):
    """The same, when it has to succeed. An error of Kinesis may well come with HTTP 200: its `__type` tells."""
    status, answer = call(method, url, body)
    if status != 200 or (isinstance(answer, dict) and "__type" in answer):
        sys.exit(f"{method} {url}: {status} {answer}")
    return answer


def create_stream(base, stream, shard_count):
    """POST /streams/{stream-name}, then GET until the stream is ACTIVE."""
    status, answer = call("POST", f"{base}/streams/{stream}", {"ShardCount": shard_count})
    error = (answer or {}).get("__type", "")
    if not error.endswith("ResourceInUseException") and (status != 200 or error):
        sys.exit(f"cannot create stream {stream}: {status} {answer}")
    while ok("GET", f"{base}/streams/{stream}")["StreamDescription"]["StreamStatus"] != "ACTIVE":
        time.sleep(0.1)
    say(f"stream {stream} is ACTIVE")


def read_back(kinesis, stream, put):
    """The data of the record that was put, from the stream itself."""
    iterator = kinesis.get_shard_iterator(
        StreamName=stream,
        ShardId=put["ShardId"],
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        StartingSequenceNumber=put["SequenceNumber"],
    )["ShardIterator"]
    return kinesis.get_records(ShardIterator=iterator, Limit=1)["Records"][0]["Data"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--endpoint-url", default=os.environ.get("AWS_ENDPOINT_URL"), help="an endpoint in place of AWS")
    parser.add_argument("--user-id", required=True, help="a part of the names of API, role and stream")
    parser.add_argument("--role-arn", help="the execution role of the methods")
    parser.add_argument("--create-role", action="store_true", help="make the role <user-id>-kinesis-access-role through IAM")
    parser.add_argument("--stage", default="prod")
    parser.add_argument("--map-errors", action="store_true", help="give errors of Kinesis a status of their own")
    options = parser.parse_args()
    if not options.role_arn and not options.create_role:
        parser.error("say which role the methods act as (--role-arn), or have one made (--create-role)")
    return options


def main():
    options = arguments()
    region = boto3.session.Session().region_name or "us-east-1"
    client = lambda service: boto3.client(service, endpoint_url=options.endpoint_url, region_name=region)
    apigateway, kinesis = client("apigateway"), client("kinesis")

    role_arn = options.role_arn
    if options.create_role:
        role_arn = create_role(client("iam"), f"{options.user_id}-kinesis-access-role")

    api_id = create_api(apigateway, f"{options.user_id}-kinesis-streams")
    resources = create_resources(apigateway, api_id)
    for path, verb, action, template in METHODS:
        create_method(apigateway, api_id, resources[path], verb, action, template, role_arn, region)
        if options.map_errors:
            map_errors(apigateway, api_id, resources[path], verb)
        say(f"{verb:6} {path} calls {action}")
    deploy(apigateway, api_id, options.stage)

    base = invoke_url(options.endpoint_url, region, api_id, options.stage)
    stream = f"streaming-{options.user_id}-pin"
    create_stream(base, stream, shard_count=1)
    post = {"StreamName": stream, "Data": {"index": 7, "category": "art"}, "PartitionKey": "partition-1"}
    put = ok("PUT", f"{base}/streams/{stream}/record", post)
    several = {"records": [{"data": "one", "partition-key": "a"}, {"data": "two", "partition-key": "b"}]}
    put_several = ok("PUT", f"{base}/streams/{stream}/records", several)
    read = read_back(kinesis, stream, put)
    say(f"the record came back as {base64.b64encode(read).decode()} in base64: {read.decode()}")

    result = {
        "api_id": api_id,
        "role_arn": role_arn,
        "invoke_url": base,
        "stream": stream,
        "listed": ok("GET", f"{base}/streams")["StreamNames"],
        "put": put,
        "failed": put_several["FailedRecordCount"],
        "read": json.loads(read),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
