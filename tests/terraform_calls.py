"""Plays what Terraform's AWS provider asks for examples/pinterest/terraform/main.tf, without Terraform: the same calls in the same order.

Arguments: the endpoint's URL, the user's id. Each resource below has the provider's create, read, update and delete; what is read is
compared with what was wanted, member by member, as a plan does it. Printed as one JSON object: the calls by phase, what a plan after
each phase would still change, and what the deployed API answered.
"""

import json
import sys
import time
import urllib.request

import boto3
from botocore.exceptions import ClientError

ENDPOINT, USER_ID = sys.argv[1:3]
JSON = "application/json"
STAGE = "prod"

CALLS = []


def client(service):
    """A client that keeps the name of each call."""
    made = boto3.client(service, endpoint_url=ENDPOINT)
    made.meta.events.register("before-call", lambda model, **_: CALLS.append(model.name))
    return made


APIGATEWAY, IAM, KINESIS, STS = (client(name) for name in ("apigateway", "iam", "kinesis", "sts"))


def is_gone(call, **arguments):
    """Whether a call answers that there is no such thing."""
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"] in ("NotFoundException", "NoSuchEntity", "ResourceNotFoundException")
    return False


class Resource:
    """One resource of a state. `wanted` is what the configuration says, in the provider's own terms."""

    def __init__(self, name, wanted):
        self.name, self.wanted = name, wanted

    def drift(self):
        """What a plan would change: members that are not as the configuration has them."""
        found = self.read()
        return [
            f"{self.name}: {key} is {found.get(key)!r} and not {value!r}"
            for key, value in self.wanted.items()
            if found.get(key) != value
        ]


class Stream(Resource):
    def create(self):
        KINESIS.create_stream(StreamName=self.wanted["name"], StreamModeDetails={"StreamMode": self.wanted["stream_mode"]})
        while self.summary()["StreamStatus"] != "ACTIVE":
            time.sleep(0.05)
        self.read()

    def summary(self):
        return KINESIS.describe_stream_summary(StreamName=self.wanted["name"])["StreamDescriptionSummary"]

    def read(self):
        summary = self.summary()
        KINESIS.list_tags_for_stream(StreamName=self.wanted["name"])
        return {"name": summary["StreamName"], "stream_mode": summary["StreamModeDetails"]["StreamMode"]}

    def delete(self):
        KINESIS.delete_stream(StreamName=self.wanted["name"], EnforceConsumerDeletion=False)
        while not is_gone(KINESIS.describe_stream_summary, StreamName=self.wanted["name"]):
            time.sleep(0.05)


class Role(Resource):
    def create(self):
        made = IAM.create_role(
            RoleName=self.wanted["name"],
            Path="/",
            AssumeRolePolicyDocument=json.dumps(self.wanted["assume_role_policy"], separators=(",", ":")),
            MaxSessionDuration=3600,
        )
        self.arn = made["Role"]["Arn"]
        self.read()

    def read(self):
        role = IAM.get_role(RoleName=self.wanted["name"])["Role"]
        for name in IAM.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]:
            IAM.get_role_policy(RoleName=role["RoleName"], PolicyName=name)
        attached = IAM.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"]
        return {
            "name": role["RoleName"],
            "path": role["Path"],
            "max_session_duration": role["MaxSessionDuration"],
            "description": role.get("Description", ""),
            "managed_policy_arns": [policy["PolicyArn"] for policy in attached],
            # boto3 has undone the percent-encoding.
            "assume_role_policy": role["AssumeRolePolicyDocument"],
        }

    def delete(self):
        assert IAM.list_instance_profiles_for_role(RoleName=self.wanted["name"])["InstanceProfiles"] == []
        IAM.delete_role(RoleName=self.wanted["name"])


class RolePolicy(Resource):
    def create(self):
        IAM.put_role_policy(
            RoleName=self.wanted["role"],
            PolicyName=self.wanted["name"],
            PolicyDocument=json.dumps(self.wanted["policy"], separators=(",", ":")),
        )
        self.read()

    def read(self):
        found = IAM.get_role_policy(RoleName=self.wanted["role"], PolicyName=self.wanted["name"])
        return {"role": found["RoleName"], "name": found["PolicyName"], "policy": found["PolicyDocument"]}

    def delete(self):
        IAM.delete_role_policy(RoleName=self.wanted["role"], PolicyName=self.wanted["name"])


class RestApi(Resource):
    def create(self):
        made = APIGATEWAY.create_rest_api(
            name=self.wanted["name"],
            description=self.wanted["description"],
            endpointConfiguration={"types": self.wanted["types"]},
        )
        self.id = made["id"]
        self.read()

    def read(self):
        api = APIGATEWAY.get_rest_api(restApiId=self.id)
        # Where Terraform finds the root: the one resource whose path is a slash.
        pages = APIGATEWAY.get_paginator("get_resources").paginate(restApiId=self.id)
        self.root_resource_id = next(item["id"] for page in pages for item in page["items"] if item["path"] == "/")
        return {
            "name": api["name"],
            "description": api.get("description"),
            "types": api["endpointConfiguration"]["types"],
            "api_key_source": api.get("apiKeySource"),
            "disable_execute_api_endpoint": api.get("disableExecuteApiEndpoint", False),
            "binary_media_types": api.get("binaryMediaTypes", []),
            "minimum_compression_size": api.get("minimumCompressionSize"),
            "policy": api.get("policy"),
            "tags": api.get("tags", {}),
        }

    def delete(self):
        APIGATEWAY.delete_rest_api(restApiId=self.id)


class ApiResource(Resource):
    def __init__(self, name, api, parent, path_part, path):
        super().__init__(name, {"path_part": path_part, "path": path})
        self.api, self.parent = api, parent

    def parent_id(self):
        return self.api.root_resource_id if self.parent is None else self.parent.id

    def create(self):
        made = APIGATEWAY.create_resource(
            restApiId=self.api.id, parentId=self.parent_id(), pathPart=self.wanted["path_part"]
        )
        self.id = made["id"]
        self.wanted["parent_id"] = self.parent_id()
        self.read()

    def read(self):
        found = APIGATEWAY.get_resource(restApiId=self.api.id, resourceId=self.id)
        return {"path_part": found.get("pathPart"), "path": found["path"], "parent_id": found.get("parentId")}

    def delete(self):
        APIGATEWAY.delete_resource(restApiId=self.api.id, resourceId=self.id)


class OfMethod(Resource):
    """Something below a method: its resource and verb are in each call."""

    def __init__(self, name, resource, verb, wanted):
        super().__init__(name, wanted)
        self.resource, self.verb = resource, verb

    def where(self):
        return {"restApiId": self.resource.api.id, "resourceId": self.resource.id, "httpMethod": self.verb}


class Method(OfMethod):
    def create(self):
        APIGATEWAY.put_method(**self.where(), authorizationType=self.wanted["authorization"], apiKeyRequired=False)
        self.read()

    def read(self):
        found = APIGATEWAY.get_method(**self.where())
        return {
            "authorization": found["authorizationType"],
            "api_key_required": found["apiKeyRequired"],
            "authorizer_id": found.get("authorizerId"),
            "operation_name": found.get("operationName"),
            "request_models": found.get("requestModels", {}),
            "request_parameters": found.get("requestParameters", {}),
            "request_validator_id": found.get("requestValidatorId"),
        }

    def delete(self):
        APIGATEWAY.delete_method(**self.where())


class Integration(OfMethod):
    def create(self):
        wanted = self.wanted
        APIGATEWAY.put_integration(
            **self.where(),
            type=wanted["type"],
            integrationHttpMethod=wanted["integration_http_method"],
            uri=wanted["uri"],
            credentials=wanted["credentials"],
            connectionType="INTERNET",
            passthroughBehavior=wanted["passthrough_behavior"],
            requestParameters=wanted["request_parameters"],
            requestTemplates=wanted["request_templates"],
            timeoutInMillis=29000,
        )
        self.read()

    def read(self):
        found = APIGATEWAY.get_integration(**self.where())
        return {
            "type": found["type"],
            "integration_http_method": found["httpMethod"],
            "uri": found["uri"],
            "credentials": found["credentials"],
            "passthrough_behavior": found["passthroughBehavior"],
            "request_parameters": found.get("requestParameters", {}),
            "request_templates": found.get("requestTemplates", {}),
            "timeout_milliseconds": found["timeoutInMillis"],
            "connection_type": found.get("connectionType", "INTERNET"),
            "content_handling": found.get("contentHandling"),
            "cache_key_parameters": found.get("cacheKeyParameters", []),
            "cache_namespace": found.get("cacheNamespace"),
        }

    def update_template(self, template):
        operation = {"op": "replace", "path": "/requestTemplates/application~1json", "value": template}
        APIGATEWAY.update_integration(**self.where(), patchOperations=[operation])
        self.wanted["request_templates"] = {JSON: template}
        self.read()

    def update_parameters(self, parameters):
        """Members that go, that change and that come, each with the operation that the provider has for it."""
        old, operations = self.wanted["request_parameters"], []
        for key in old.keys() - parameters.keys():
            operations.append({"op": "remove", "path": f"/requestParameters/{key}"})
        for key, value in parameters.items():
            operations.append({"op": "replace" if key in old else "add", "path": f"/requestParameters/{key}", "value": value})
        APIGATEWAY.update_integration(**self.where(), patchOperations=operations)
        self.wanted["request_parameters"] = parameters
        self.read()

    def delete(self):
        APIGATEWAY.delete_integration(**self.where())


class MethodResponse(OfMethod):
    def create(self):
        APIGATEWAY.put_method_response(
            **self.where(), statusCode=self.wanted["status_code"], responseModels=self.wanted["response_models"]
        )
        self.read()

    def read(self):
        found = APIGATEWAY.get_method_response(**self.where(), statusCode=self.wanted["status_code"])
        return {
            "status_code": found["statusCode"],
            "response_models": found.get("responseModels", {}),
            "response_parameters": found.get("responseParameters", {}),
        }

    def delete(self):
        APIGATEWAY.delete_method_response(**self.where(), statusCode=self.wanted["status_code"])


class IntegrationResponse(OfMethod):
    def create(self):
        pattern = self.wanted["selection_pattern"]
        APIGATEWAY.put_integration_response(
            **self.where(),
            statusCode=self.wanted["status_code"],
            responseTemplates={},
            responseParameters={},
            **({"selectionPattern": pattern} if pattern else {}),
        )
        self.read()

    def read(self):
        found = APIGATEWAY.get_integration_response(**self.where(), statusCode=self.wanted["status_code"])
        return {
            "status_code": found["statusCode"],
            "selection_pattern": found.get("selectionPattern"),
            "response_templates": found.get("responseTemplates", {}),
            "response_parameters": found.get("responseParameters", {}),
        }

    def delete(self):
        APIGATEWAY.delete_integration_response(**self.where(), statusCode=self.wanted["status_code"])


class Deployment(Resource):
    def __init__(self, name, api):
        super().__init__(name, {"description": ""})
        self.api = api

    def create(self):
        self.id = APIGATEWAY.create_deployment(restApiId=self.api.id, description="", variables={})["id"]
        self.read()

    def read(self):
        found = APIGATEWAY.get_deployment(restApiId=self.api.id, deploymentId=self.id)
        assert found["createdDate"], found
        return {"description": found.get("description", "")}

    def delete(self):
        APIGATEWAY.delete_deployment(restApiId=self.api.id, deploymentId=self.id)


class Stage(Resource):
    def __init__(self, name, deployment, stage_name):
        super().__init__(name, {"stage_name": stage_name})
        self.deployment = deployment

    def where(self):
        return {"restApiId": self.deployment.api.id, "stageName": self.wanted["stage_name"]}

    def create(self):
        APIGATEWAY.create_stage(**self.where(), deploymentId=self.deployment.id)
        self.wanted["deployment_id"] = self.deployment.id
        self.read()

    def read(self):
        found = APIGATEWAY.get_stage(**self.where())
        return {
            "stage_name": found["stageName"],
            "deployment_id": found["deploymentId"],
            "description": found.get("description"),
            "variables": found.get("variables", {}),
            "cache_cluster_enabled": found.get("cacheClusterEnabled", False),
            "xray_tracing_enabled": found.get("tracingEnabled", False),
            "client_certificate_id": found.get("clientCertificateId"),
            "documentation_version": found.get("documentationVersion"),
            "access_log_settings": found.get("accessLogSettings"),
            "tags": found.get("tags", {}),
        }

    def move_to(self, deployment):
        operation = {"op": "replace", "path": "/deploymentId", "value": deployment.id}
        APIGATEWAY.update_stage(**self.where(), patchOperations=[operation])
        self.deployment, self.wanted["deployment_id"] = deployment, deployment.id
        self.read()

    def delete(self):
        APIGATEWAY.delete_stage(**self.where())


STREAM_NAME = """{ "StreamName": "$input.params('stream-name')" }"""
CREATE_STREAM = """{
    "ShardCount": #if($input.path('$.ShardCount') == '') 5 #else $input.path('$.ShardCount') #end,
    "StreamName": "$input.params('stream-name')"
}
"""
PUT_RECORD = """{
    "StreamName": "$input.params('stream-name')",
    "Data": "$util.base64Encode($input.json('$.Data'))",
    "PartitionKey": "$input.path('$.PartitionKey')"
}
"""
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
}
"""
RESPONSES = [("200", None), ("400", r"4\d{2}"), ("500", r"5\d{2}")]


def method_resources(resource, verb, action, template, role_arn):
    """A method with its integration and responses, in the order of their dependencies."""
    name = f"{verb} {resource.wanted['path']}"
    unset = ["authorizer_id", "operation_name", "request_validator_id"]
    method = Method(
        name,
        resource,
        verb,
        {
            "authorization": "NONE",
            "api_key_required": False,
            "request_models": {},
            "request_parameters": {},
            **dict.fromkeys(unset),
        },
    )
    integration = Integration(
        f"integration of {name}",
        resource,
        verb,
        {
            "type": "AWS",
            "integration_http_method": "POST",
            "uri": f"arn:aws:apigateway:us-east-1:kinesis:action/{action}",
            "credentials": role_arn,
            "passthrough_behavior": "WHEN_NO_TEMPLATES",
            "request_parameters": {"integration.request.header.Content-Type": "'application/x-amz-json-1.1'"},
            "request_templates": {JSON: template},
            "timeout_milliseconds": 29000,
            "connection_type": "INTERNET",
            "content_handling": None,
            "cache_key_parameters": [],
            "cache_namespace": resource.id,
        },
    )
    made = [method, integration]
    for status, _ in RESPONSES:
        wanted = {"status_code": status, "response_models": {JSON: "Empty"}, "response_parameters": {}}
        made.append(MethodResponse(f"response {status} of {name}", resource, verb, wanted))
    for status, pattern in RESPONSES:
        wanted = {"status_code": status, "selection_pattern": pattern, "response_templates": {}, "response_parameters": {}}
        made.append(IntegrationResponse(f"integration response {status} of {name}", resource, verb, wanted))
    return made


def policies():
    service = {"Service": "apigateway.amazonaws.com"}
    trust = {
        "Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": service}],
        "Version": "2012-10-17",
    }
    actions = ["CreateStream", "DeleteStream", "DescribeStream", "ListStreams", "PutRecord", "PutRecords"]
    permissions = {
        "Statement": [{"Action": [f"kinesis:{action}" for action in actions], "Effect": "Allow", "Resource": "*"}],
        "Version": "2012-10-17",
    }
    return trust, permissions


def apply_all():
    """The first `terraform apply`; the state, in the order of creation."""
    state = []

    def made(resource):
        resource.create()
        state.append(resource)
        return resource

    STS.get_caller_identity()
    for table in ("pin", "geo", "user"):
        made(Stream(f"stream {table}", {"name": f"streaming-{USER_ID}-{table}", "stream_mode": "ON_DEMAND"}))
    trust, permissions = policies()
    role_name = f"{USER_ID}-kinesis-access-role"
    role = made(
        Role(
            "role",
            {
                "name": role_name,
                "path": "/",
                "max_session_duration": 3600,
                "description": "",
                "managed_policy_arns": [],
                "assume_role_policy": trust,
            },
        )
    )
    made(RolePolicy("role policy", {"role": role_name, "name": "kinesis-access", "policy": permissions}))
    api = made(
        RestApi(
            "api",
            {
                "name": f"{USER_ID}-kinesis-streams",
                "description": "Posts go in as records of Kinesis streams",
                "types": ["REGIONAL"],
                "api_key_source": "HEADER",
                "disable_execute_api_endpoint": False,
                "binary_media_types": [],
                "minimum_compression_size": None,
                "policy": None,
                "tags": {},
            },
        )
    )
    streams = made(ApiResource("streams", api, None, "streams", "/streams"))
    stream = made(ApiResource("stream", api, streams, "{stream-name}", "/streams/{stream-name}"))
    record = made(ApiResource("record", api, stream, "record", "/streams/{stream-name}/record"))
    records = made(ApiResource("records", api, stream, "records", "/streams/{stream-name}/records"))
    for resource, verb, action, template in [
        (streams, "GET", "ListStreams", "{}"),
        (stream, "GET", "DescribeStream", STREAM_NAME),
        (stream, "POST", "CreateStream", CREATE_STREAM),
        (stream, "DELETE", "DeleteStream", STREAM_NAME),
        (record, "PUT", "PutRecord", PUT_RECORD),
        (records, "PUT", "PutRecords", PUT_RECORDS),
    ]:
        for part in method_resources(resource, verb, action, template, role.arn):
            made(part)
    deployment = made(Deployment("deployment", api))
    made(Stage("stage", deployment, STAGE))
    return state


def update_all(state):
    """`terraform apply` after a template and a header were edited: the integration, another deployment, the stage, the old one away."""
    put_record = next(part for part in state if isinstance(part, Integration) and part.wanted["uri"].endswith("/PutRecord"))
    put_record.update_template(PUT_RECORD.replace("$input.path('$.PartitionKey')", "edited"))
    kept = dict(put_record.wanted["request_parameters"])
    put_record.update_parameters({**kept, "integration.request.header.X-Probe": "'added'"})
    put_record.update_parameters(kept)
    stage = next(part for part in state if isinstance(part, Stage))
    old = stage.deployment
    new = Deployment("deployment", old.api)
    new.create()
    stage.move_to(new)
    old.delete()
    state[state.index(old)] = new


def call(method, path, body):
    """The JSON of a request to the deployed API; an error's status ends the program."""
    request = urllib.request.Request(path, data=json.dumps(body).encode(), method=method, headers={"Content-Type": JSON})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def put_and_read(state):
    """Puts a record through the deployed API; its partition key and data as the stream has them."""
    api = next(part for part in state if isinstance(part, RestApi))
    stream = f"streaming-{USER_ID}-pin"
    url = f"{ENDPOINT}/_aws/execute-api/{api.id}/{STAGE}/streams/{stream}/record"
    put = call("PUT", url, {"Data": {"index": 1}, "PartitionKey": "as-posted"})
    iterator = KINESIS.get_shard_iterator(
        StreamName=stream,
        ShardId=put["ShardId"],
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        StartingSequenceNumber=put["SequenceNumber"],
    )["ShardIterator"]
    record = KINESIS.get_records(ShardIterator=iterator, Limit=1)["Records"][0]
    return [record["PartitionKey"], json.loads(record["Data"])]


def drift(state):
    return [difference for resource in state for difference in resource.drift()]


def main():
    seen = {"calls": {}, "drift": {}, "put": {}}

    def phase(name, work):
        CALLS.clear()
        result = work()
        seen["calls"][name] = {call: CALLS.count(call) for call in sorted(set(CALLS))}
        return result

    state = phase("apply", apply_all)
    seen["drift"]["apply"] = phase("plan", lambda: drift(state))
    seen["put"]["apply"] = put_and_read(state)
    phase("update", lambda: update_all(state))
    seen["drift"]["update"] = drift(state)
    seen["put"]["update"] = put_and_read(state)

    # A deployment that a stage shows is not deleted.
    stage = next(part for part in state if isinstance(part, Stage))
    try:
        stage.deployment.delete()
    except ClientError as error:
        seen["delete_in_use"] = error.response["Error"]["Code"]

    def destroy():
        drift(state)
        for resource in reversed(state):
            resource.delete()

    phase("destroy", destroy)
    seen["left"] = [api["name"] for api in APIGATEWAY.get_rest_apis()["items"]]
    roles = [role["RoleName"] for role in IAM.list_roles()["Roles"]]
    seen["roles_left"] = [name for name in roles if name.startswith(USER_ID)]
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
