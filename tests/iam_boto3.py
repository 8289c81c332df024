"""Drives IAM and STS with boto3 as an administrator, as somebody who may do little, and in the order in which Terraform asks; prints
what it saw as one JSON object.

Endpoint, credentials and region come from the environment.
"""

import json

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CONFIG = Config(retries={"total_max_attempts": 1})
ACCOUNT = "000000000000"
KINESIS = "arn:aws:iam::aws:policy/AmazonKinesisFullAccess"


def client(service, key=None):
    """A client of the administrator, or of who holds this key."""
    if key is None:
        return boto3.client(service, config=CONFIG)
    return boto3.client(
        service,
        config=CONFIG,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        aws_session_token=key.get("SessionToken"),
    )


def refusal(call, **arguments):
    """Code, status and message of the error that a call is refused with."""
    try:
        call(**arguments)
    except ClientError as error:
        answer = error.response
        status = answer["ResponseMetadata"]["HTTPStatusCode"]
        return f"{answer['Error']['Code']} {status} {answer['Error']['Message']}"
    return "nothing"


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", effect="Allow"):
    return {"Effect": effect, "Action": action, "Resource": resource}


def trust(principal, **condition):
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return policy(statement | condition)


def users(iam, seen):
    user = iam.create_user(UserName="ada", Path="/team/", Tags=[{"Key": "team", "Value": "blue"}])["User"]
    seen["user"] = {name: user[name] for name in ("Path", "Arn", "Tags")}
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    iam.put_user_policy(UserName="ada", PolicyName="own", PolicyDocument=policy(allow("iam:GetUser")))
    seen["document"] = iam.get_user_policy(UserName="ada", PolicyName="own")["PolicyDocument"]
    ada = client("iam", key)
    seen["denied"] = refusal(ada.list_users)
    seen["own_user"] = ada.get_user()["User"]["UserName"]
    assert iam.list_user_policies(UserName="ada")["PolicyNames"] == ["own"]
    assert iam.list_user_tags(UserName="ada")["Tags"] == [{"Key": "team", "Value": "blue"}]
    used = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])["AccessKeyLastUsed"]
    assert (used["ServiceName"], used["Region"]) == ("iam", "us-east-1"), used
    token = client("sts", key).get_session_token(DurationSeconds=900)["Credentials"]
    assert client("sts", token).get_caller_identity()["Arn"] == user["Arn"]
    # IAM takes the sessions of users only with MFA.
    assert refusal(client("iam", token).get_user).startswith("InvalidClientTokenId 403"), token["AccessKeyId"]
    return key


def roles(iam, key, seen):
    ada = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/team/ada"}
    writer = iam.create_role(RoleName="writer", AssumeRolePolicyDocument=trust(ada), Description="writes")["Role"]
    # What Terraform asks after it has made a role.
    assert iam.get_role(RoleName="writer")["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == ada
    assert iam.list_role_policies(RoleName="writer")["PolicyNames"] == []
    assert iam.list_attached_role_policies(RoleName="writer")["AttachedPolicies"] == []
    iam.put_role_policy(RoleName="writer", PolicyName="roles", PolicyDocument=policy(allow("iam:ListRoles")))
    iam.attach_role_policy(RoleName="writer", PolicyArn=KINESIS)
    assert iam.list_entities_for_policy(PolicyArn=KINESIS)["PolicyRoles"][0]["RoleName"] == "writer"
    iam.create_role(RoleName="api", AssumeRolePolicyDocument=trust({"Service": "apigateway.amazonaws.com"}))
    condition = {"Condition": {"StringEquals": {"sts:ExternalId": "42"}}}
    guarded = iam.create_role(RoleName="guarded", AssumeRolePolicyDocument=trust(ada, **condition))["Role"]
    sts = client("sts", key)

    def assume(role, name, **more):
        return sts.assume_role(RoleArn=role, RoleSessionName=name, **more)

    first = assume(writer["Arn"], "s1")["Credentials"]
    seen["session"] = client("sts", first).get_caller_identity()["Arn"]
    seen["session_may_list_roles"] = len(client("iam", first).list_roles()["Roles"]) == 3
    narrow = policy(allow("kinesis:*"))
    limited = assume(writer["Arn"], "s2", Policy=narrow, PolicyArns=[{"arn": KINESIS}])["Credentials"]
    seen["limited_session"] = refusal(client("iam", limited).list_roles)
    seen["not_trusted"] = refusal(assume, role=f"arn:aws:iam::{ACCOUNT}:role/api", name="s3")
    seen["without_external_id"] = refusal(assume, role=guarded["Arn"], name="s4")
    assume(guarded["Arn"], "s4", ExternalId="42")
    seen["too_long"] = refusal(assume, role=writer["Arn"], name="s5", DurationSeconds=7200)
    iam.update_role(RoleName="writer", MaxSessionDuration=7200)
    assume(writer["Arn"], "s5", DurationSeconds=7200)
    seen["invalid_principal"] = refusal(
        iam.create_role,
        RoleName="ghostly",
        AssumeRolePolicyDocument=trust({"AWS": f"arn:aws:iam::{ACCOUNT}:user/ghost"}),
    )


def policies(iam, seen):
    made = iam.create_policy(PolicyName="streams", PolicyDocument=policy(allow("kinesis:*")))["Policy"]
    arn = made["Arn"]
    denying = policy(allow("kinesis:*"), allow("kinesis:Delete*", effect="Deny"))
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=denying, SetAsDefault=True)
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    seen["versions"] = [[version["VersionId"], version["IsDefaultVersion"]] for version in versions]
    assert iam.get_policy_version(PolicyArn=arn, VersionId="v2")["PolicyVersion"]["Document"] == json.loads(denying)
    iam.attach_user_policy(UserName="ada", PolicyArn=arn)
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 1
    assert iam.get_policy(PolicyArn=KINESIS)["Policy"]["PolicyName"] == "AmazonKinesisFullAccess"
    results = iam.simulate_principal_policy(
        PolicySourceArn=f"arn:aws:iam::{ACCOUNT}:user/team/ada",
        ActionNames=["kinesis:PutRecord", "kinesis:DeleteStream", "iam:ListUsers"],
    )["EvaluationResults"]
    seen["simulated"] = [[result["EvalActionName"], result["EvalDecision"]] for result in results]
    seen["malformed"] = refusal(
        iam.create_policy, PolicyName="bad", PolicyDocument=policy({"Effect": "Allow", "Action": "iam:*"})
    )
    seen["conflicts"] = [
        refusal(iam.delete_user, UserName="ada"),
        refusal(iam.delete_policy, PolicyArn=arn),
        refusal(iam.create_role, RoleName="writer", AssumeRolePolicyDocument=trust({"Service": "x.amazonaws.com"})),
        refusal(iam.get_user, UserName="nobody"),
        refusal(iam.attach_user_policy, UserName="ada", PolicyArn="arn:aws:iam::aws:policy/Nonsense"),
    ]
    return arn


def groups(iam):
    iam.create_group(GroupName="readers")
    iam.attach_group_policy(GroupName="readers", PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess")
    iam.add_user_to_group(GroupName="readers", UserName="ada")
    assert [group["GroupName"] for group in iam.list_groups_for_user(UserName="ada")["Groups"]] == ["readers"]
    assert [user["UserName"] for user in iam.get_group(GroupName="readers")["Users"]] == ["ada"]


def pages(iam, seen):
    for name in ("u1", "u2", "u3"):
        iam.create_user(UserName=name)
    found = list(iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 2}))
    names = [user["UserName"] for page in found for user in page["Users"]]
    seen["pages"] = {"pages": len(found), "names": names}
    details = iam.get_account_authorization_details(Filter=["User", "Role"])
    assert len(details["UserDetailList"]) == 5 and len(details["RoleDetailList"]) == 3, details
    for name in ("u1", "u2", "u3"):
        iam.delete_user(UserName=name)


def clean_up(iam, key, policy_arn, seen):
    ada = client("iam", key)
    assert "admin" in [user["UserName"] for user in ada.list_users()["Users"]], "the group lets her"
    iam.remove_user_from_group(GroupName="readers", UserName="ada")
    iam.detach_group_policy(GroupName="readers", PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess")
    iam.delete_group(GroupName="readers")
    wrong = dict(key, SecretAccessKey="wrong")
    seen["wrong_secret"] = refusal(client("sts", wrong).get_caller_identity)
    iam.update_access_key(UserName="ada", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    seen["inactive"] = refusal(client("sts", key).get_caller_identity)
    # The order in which Terraform takes a user and a role away.
    iam.delete_access_key(UserName="ada", AccessKeyId=key["AccessKeyId"])
    iam.detach_user_policy(UserName="ada", PolicyArn=policy_arn)
    iam.delete_user_policy(UserName="ada", PolicyName="own")
    iam.delete_user(UserName="ada")
    iam.delete_policy_version(PolicyArn=policy_arn, VersionId="v1")
    iam.delete_policy(PolicyArn=policy_arn)
    iam.detach_role_policy(RoleName="writer", PolicyArn=KINESIS)
    iam.delete_role_policy(RoleName="writer", PolicyName="roles")
    for name in ("writer", "api", "guarded"):
        assert iam.list_instance_profiles_for_role(RoleName=name)["InstanceProfiles"] == []
        iam.delete_role(RoleName=name)
    seen["left"] = {
        "users": [user["UserName"] for user in iam.list_users()["Users"]],
        "roles": iam.list_roles()["Roles"],
        "policies": iam.list_policies(Scope="Local")["Policies"],
    }


def main():
    seen = {}
    iam = client("iam")
    identity = client("sts").get_caller_identity()
    seen["identity"] = {name: identity[name] for name in ("Arn", "Account")}
    key = users(iam, seen)
    roles(iam, key, seen)
    policy_arn = policies(iam, seen)
    pages(iam, seen)
    groups(iam)
    clean_up(iam, key, policy_arn, seen)
    print(json.dumps(seen, default=str))


main()
