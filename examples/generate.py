#!/usr/bin/env python3
"""Write the sample logs of this folder.

    python3 examples/generate.py            write the files anew
    python3 examples/generate.py --check    write nothing; fail if a file differs from what would be written

The script needs Python 3.8 or newer and nothing else. It is seeded: every run writes the same events.

It makes one list of AWS CloudTrail records and writes that list twice:

* `cloudtrail/AWSLogs/...` as AWS delivers it: gzip files of one line, `{"Records":[...]}`, keys in AWS's order.
* `ecs/cloudtrail.ndjson` as Elastic's AWS integration would index it: one ECS document a line.

incident.py beside it makes a second list, which is written to `incident/AWSLogs/...`.

`expected.ndjson` holds the rows that rules/aws_s3_object_encrypted_with_external_kms_key.esql must give on either.
It is written from the attack itself, not by running the rule.

Everything in the logs is made up. Addresses are from the ranges reserved for documentation.
"""

import gzip
import hashlib
import ipaddress
import json
import random
import re
import struct
import sys
import zlib
from datetime import datetime, timedelta, timezone
from pathlib import Path

HERE = Path(__file__).resolve().parent
RNG = random.Random(20260115)
DAY = datetime(2026, 1, 15, tzinfo=timezone.utc)

PROD, DATA, TOOLS = "111122223333", "444455556666", "777788889999"
FOREIGN = "998877665544"
REGIONS = ["us-east-1", "eu-west-1", "eu-central-1"]
BUCKETS = {
    PROD: ["northwind-web", "northwind-uploads"],
    DATA: ["northwind-payroll", "northwind-lake"],
    TOOLS: ["northwind-builds"],
}
OWN_KEYS = {
    PROD: f"arn:aws:kms:us-east-1:{PROD}:key/0b6a4b8e-1f0a-4c52-9d3e-5f2a7c9e1d40",
    DATA: f"arn:aws:kms:us-east-1:{DATA}:key/7d1c2f90-63aa-4f0e-8a55-2e9b41c0d6f7",
    TOOLS: f"arn:aws:kms:us-east-1:{TOOLS}:key/c3e5a7d1-94b2-4d38-b1f6-0a8d6e4c2b19",
}
FOREIGN_KEY = f"arn:aws:kms:us-east-1:{FOREIGN}:key/e8f1b2a4-5c6d-4e7f-9a0b-1c2d3e4f5a6b"

CLI = "aws-cli/2.17.60 os/linux#6.8.0"
TERRAFORM = "Terraform/1.9.8 aws-sdk-go-v2/1.32.3"
JAVA = "aws-sdk-java/2.29.6 Java/21.0.5"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
CONSOLE = "console.amazonaws.com"
INTRUDER_AGENT = "Boto3/1.26.0 Python/3.11.2 Linux/6.1.0-kali5-amd64 Botocore/1.29.0"
INTRUDER_IP = "198.51.100.77"


# ---------------------------------------------------------------- names and numbers


def name_hash(text):
    """Upper-case letters and digits that always are the same for the same text."""
    digest = hashlib.sha256(text.encode()).digest()
    return "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[byte % 32] for byte in digest)


def principal(prefix, account, name):
    return prefix + name_hash(account + name)[:17]


def access_key(prefix, text):
    """An access key id in the form that AWS's documentation uses for examples."""
    return prefix + name_hash(text)[:9] + "EXAMPLE"


def random_uuid():
    text = f"{RNG.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def random_text(alphabet, length):
    return "".join(RNG.choice(alphabet) for _ in range(length))


def iso(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def at(hour, minute, second=0):
    return DAY + timedelta(hours=hour, minutes=minute, seconds=second)


# ---------------------------------------------------------------- who acts


def iam_user(account, name, mfa=None):
    identity = {
        "type": "IAMUser",
        "principalId": principal("AIDA", account, name),
        "arn": f"arn:aws:iam::{account}:user/{name}",
        "accountId": account,
        "accessKeyId": access_key("AKIA" if mfa is None else "ASIA", account + name),
        "userName": name,
    }
    if mfa is not None:
        identity["sessionContext"] = {"attributes": {"creationDate": iso(at(6, 55)), "mfaAuthenticated": mfa}}
    return identity


def assumed_role(account, role, session, mfa="false", path="", created=None):
    issuer = principal("AROA", account, role)
    return {
        "type": "AssumedRole",
        "principalId": f"{issuer}:{session}",
        "arn": f"arn:aws:sts::{account}:assumed-role/{role}/{session}",
        "accountId": account,
        "accessKeyId": access_key("ASIA", account + role + session),
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": issuer,
                "arn": f"arn:aws:iam::{account}:role/{path}{role}",
                "accountId": account,
                "userName": role,
            },
            "attributes": {"creationDate": iso(created or at(6, 50)), "mfaAuthenticated": mfa},
        },
    }


def root(account):
    return {
        "type": "Root",
        "principalId": account,
        "arn": f"arn:aws:iam::{account}:root",
        "accountId": account,
        "accessKeyId": "",
    }


def service(name):
    return {"type": "AWSService", "invokedBy": name}


class Actor:
    """An identity with the account, the address and the client that it usually works from."""

    def __init__(self, account, identity, address, agent, console=False):
        self.account = account
        self.identity = identity
        self.address = address
        self.agent = agent
        self.console = console


def sso(account, user, mfa="true"):
    return assumed_role(account, "admin", f"{user}@northwind.example", mfa)


ALICE = Actor(PROD, iam_user(PROD, "alice", "true"), "203.0.113.24", CONSOLE, console=True)
BOB = Actor(DATA, iam_user(DATA, "bob", "false"), "203.0.113.31", CONSOLE, console=True)
CAROL = Actor(TOOLS, iam_user(TOOLS, "carol"), "203.0.113.40", CLI)
DANA_PROD = Actor(PROD, sso(PROD, "dana"), "203.0.113.52", CONSOLE, console=True)
DANA_DATA = Actor(DATA, sso(DATA, "dana"), "203.0.113.52", CLI)
DEPLOY = Actor(TOOLS, iam_user(TOOLS, "ci-deploy"), "203.0.113.200", TERRAFORM)
WEB = Actor(PROD, assumed_role(PROD, "web-server", "i-0a1b2c3d4e5f60718"), "192.0.2.17", JAVA)
ETL = Actor(DATA, assumed_role(DATA, "etl-runner", "etl-0115"), "192.0.2.44", JAVA)
BACKUP = Actor(DATA, assumed_role(DATA, "backup-job", "nightly"), "2001:db8:4::2b", CLI)
PROD_COPIER = Actor(PROD, assumed_role(PROD, "publisher", "publish-481"), "192.0.2.90", CLI)
INTRUDER = Actor(
    DATA,
    assumed_role(DATA, "backup-restore", "botocore-session-1768469912", created=at(9, 38, 32)),
    INTRUDER_IP,
    INTRUDER_AGENT,
)

HUMANS = [ALICE, BOB, CAROL, DANA_PROD, DANA_DATA]


# ---------------------------------------------------------------- one record, keys in AWS's order


def record(
    time,
    actor,
    source,
    name,
    region="us-east-1",
    request=None,
    response=None,
    extra=None,
    error=None,
    read_only=True,
    resources=None,
    data=False,
    host=None,
    event_type="AwsApiCall",
    shared=None,
    request_id=None,
):
    by_service = not actor.address[0].isdigit()
    out = {
        "eventVersion": "1.11",
        "userIdentity": actor.identity,
        "eventTime": iso(time),
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": region,
        "sourceIPAddress": actor.address,
        "userAgent": f"[{actor.agent}]" if source == "s3" and not by_service else actor.agent,
    }
    if error:
        code, message = error
        if code:
            out["errorCode"] = code
        out["errorMessage"] = message
    out["requestParameters"] = request
    out["responseElements"] = response
    if extra is not None:
        out["additionalEventData"] = extra
    out["requestID"] = request_id or random_uuid()
    out["eventID"] = random_uuid()
    out["readOnly"] = read_only
    if resources:
        out["resources"] = resources
    out["eventType"] = event_type
    out["managementEvent"] = not data
    out["recipientAccountId"] = actor.account
    if shared:
        out["sharedEventID"] = shared
    out["eventCategory"] = "Data" if data else "Management"
    if not by_service:
        out["tlsDetails"] = {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": host or f"{source}.{region}.amazonaws.com",
        }
    if actor.console and not name.startswith("Console"):
        out["sessionCredentialFromConsole"] = "true"
    return out


def s3_record(time, actor, name, bucket, request, region="us-east-1", error=None, out_bytes=0, in_bytes=0, **more):
    """An S3 call. `request` maps a host name to the request parameters, in AWS's order of keys."""
    host = f"{bucket}.s3.{region}.amazonaws.com"
    extra = {
        "SignatureVersion": "SigV4",
        "CipherSuite": "TLS_AES_128_GCM_SHA256",
        "bytesTransferredIn": in_bytes,
        "AuthenticationMethod": "AuthHeader",
        "bytesTransferredOut": 243 if error else out_bytes,
    }
    sse = more.pop("sse", None)
    if sse and not error:
        extra["SSEApplied"] = sse
    parameters = request(host)
    resources = [{"accountId": actor.account, "type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{bucket}"}]
    if "key" in parameters:
        resources.insert(0, {"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{bucket}/{parameters['key']}"})
    return record(
        time,
        actor,
        "s3",
        name,
        region,
        parameters,
        extra=extra,
        error=error,
        resources=resources,
        host=host,
        request_id=random_text("ABCDEFGHJKMNPQRSTVWXYZ0123456789", 16),
        **more,
    )


def denied(actor, action, resource=None):
    tail = f" on resource: {resource}" if resource else ""
    return ("AccessDenied", f"User: {actor.identity['arn']} is not authorized to perform: {action}{tail}")


# ---------------------------------------------------------------- CopyObject, the call that matters


def copy_object(time, actor, bucket, source, key, kms_key=None, error=None):
    """Copy `source` (bucket/key) to `key` in `bucket`, under `kms_key` if one is given.

    AWS writes the KMS key before `Host`. The two names fall into the same bucket of a Java HashMap, so the record's
    own order is what Elastic's integration prints, and the rule's DISSECT pattern expects the KMS key first.
    """

    def request(host):
        if kms_key is None:
            return {"bucketName": bucket, "Host": host, "x-amz-copy-source": source, "key": key}
        return {
            "bucketName": bucket,
            "x-amz-server-side-encryption-aws-kms-key-id": kms_key,
            "Host": host,
            "x-amz-server-side-encryption": "aws:kms",
            "x-amz-copy-source": source,
            "key": key,
        }

    response = None
    if not error:
        response = {"x-amz-server-side-encryption": "aws:kms" if kms_key else "AES256"}
        if kms_key:
            response["x-amz-server-side-encryption-aws-kms-key-id"] = kms_key
    return s3_record(
        time,
        actor,
        "CopyObject",
        bucket,
        request,
        error=error,
        out_bytes=224,
        response=response,
        read_only=False,
        data=True,
        sse="SSE_KMS" if kms_key else "Default_SSE_S3",
    )


def owner_copies():
    """Copies that are as they should be: the owner's own key, or no KMS key at all."""
    lake, archive = "northwind-lake", "northwind-payroll"
    events = []
    for step in range(12):
        key = f"snapshots/2026-01-15/part-{step:04}.parquet"
        time = at(7, 10, 20 + 4 * step)
        events.append(copy_object(time, BACKUP, lake, f"{lake}/tables/orders/part-{step:04}.parquet", key, OWN_KEYS[DATA]))
    for step in range(4):
        key = f"2025/payroll-2025-{step + 9:02}.csv"
        events.append(copy_object(at(8, 5, 11 * step), BACKUP, archive, f"{archive}/{key}", key, OWN_KEYS[DATA]))
    for step in range(5):
        key = f"releases/481/app.{step}.js"
        time = at(10, 20, 6 * step)
        events.append(
            copy_object(time, PROD_COPIER, "northwind-web", f"northwind-uploads/{key}", key, OWN_KEYS[PROD])
        )
    for step in range(8):
        key = f"tables/clicks/hour=0{step % 4 + 7}/part-{step:04}.parquet"
        events.append(copy_object(at(9, 2, 9 * step), ETL, lake, f"{lake}/staging/clicks-{step:04}.parquet", key))
    bare_id = OWN_KEYS[DATA].split("/")[1]
    events.append(copy_object(at(9, 15, 7), ETL, lake, f"{lake}/staging/refs.csv", "tables/refs/refs.csv", bare_id))
    return events


PAYROLL = [f"2025/payroll-2025-{month:02}.csv" for month in (1, 2, 3, 4, 5, 6)] + ["2024/payroll-2024.tar.zst"]


def attack():
    """A leaked key opens a role; the role locks seven objects under a key of an unknown account."""
    bucket = "northwind-payroll"
    thief = Actor(DATA, iam_user(DATA, "legacy-sync"), INTRUDER_IP, INTRUDER_AGENT)
    events = [assume_role(at(9, 38, 32), thief, "backup-restore", "botocore-session-1768469912", INTRUDER)]
    events.append(record(at(9, 38, 41), INTRUDER, "sts", "GetCallerIdentity", host="sts.amazonaws.com"))
    events.append(
        record(
            at(9, 38, 58),
            INTRUDER,
            "cloudtrail",
            "StopLogging",
            request={"name": "northwind-org-trail"},
            error=denied(INTRUDER, "cloudtrail:StopLogging", f"arn:aws:cloudtrail:us-east-1:{DATA}:trail/northwind-org-trail"),
            read_only=False,
        )
    )
    for step, (name, action) in enumerate(
        [("ListUsers", "iam:ListUsers"), ("ListRoles", "iam:ListRoles"), ("ListKeys", "kms:ListKeys")]
    ):
        source = action.split(":")[0]
        events.append(record(at(9, 39, 3 + step), INTRUDER, source, name, error=denied(INTRUDER, action)))
    events.append(list_buckets(at(9, 39, 20), INTRUDER))
    events.append(
        s3_record(
            at(9, 39, 44),
            INTRUDER,
            "GetBucketVersioning",
            bucket,
            lambda host: {"bucketName": bucket, "versioning": "", "Host": host},
            out_bytes=113,
        )
    )
    for prefix in ("2024/", "2025/"):
        events.append(list_objects(at(9, 40, 2 if prefix == "2024/" else 9), INTRUDER, bucket, prefix))
    first_try = copy_object(
        at(9, 42, 15),
        INTRUDER,
        bucket,
        f"{bucket}/{PAYROLL[0]}",
        PAYROLL[0],
        FOREIGN_KEY,
        error=denied(INTRUDER, "kms:GenerateDataKey", FOREIGN_KEY),
    )
    events.append(first_try)
    for step, key in enumerate(PAYROLL):
        time = at(9, 44, 5 + 7 * step)
        events.append(data_key(time, INTRUDER, bucket, key))
        events.append(copy_object(time, INTRUDER, bucket, f"{bucket}/{key}", key, FOREIGN_KEY))
    events.append(put_object(at(9, 46, 30), INTRUDER, bucket, "HOW-TO-GET-YOUR-FILES-BACK.txt"))
    for step, key in enumerate(PAYROLL[:4]):
        error = denied(ETL, "kms:Decrypt", FOREIGN_KEY)
        events.append(get_object(at(10, 0, 12 + 3 * step), ETL, bucket, key, error))
    return events


def data_key(time, actor, bucket, key):
    """The call that S3 makes to KMS for the copy: `AWS Internal`, so it has no address."""
    identity = {**actor.identity, "invokedBy": "AWS Internal"}
    internal = Actor(actor.account, identity, "AWS Internal", "AWS Internal")
    return record(
        time,
        internal,
        "kms",
        "GenerateDataKey",
        request={
            "encryptionContext": {"aws:s3:arn": f"arn:aws:s3:::{bucket}/{key}"},
            "keySpec": "AES_256",
            "keyId": FOREIGN_KEY,
        },
        resources=[{"accountId": FOREIGN, "type": "AWS::KMS::Key", "ARN": FOREIGN_KEY}],
        shared=random_uuid(),
    )


# ---------------------------------------------------------------- the ordinary day


def pick_region(actor):
    return RNG.choice(REGIONS[:2] if actor.account != TOOLS else REGIONS)


def assume_role(time, actor, role, session, into=None, error=None):
    arn = f"arn:aws:iam::{actor.account}:role/{role}"
    request, response = {"roleArn": arn, "roleSessionName": session}, None
    if into is None:
        request["durationSeconds"] = 3600
    if not error:
        end = time + timedelta(hours=1)
        key = into.identity["accessKeyId"] if into else access_key("ASIA", role + session)
        response = {
            "credentials": {
                "accessKeyId": key,
                "sessionToken": "HIDDEN_DUE_TO_SECURITY_REASONS",
                "expiration": f"{end:%b} {end.day}, {end:%Y}, {end.hour % 12 or 12}:{end:%M:%S %p}",
            },
            "assumedRoleUser": {
                "assumedRoleId": principal("AROA", actor.account, role) + ":" + session,
                "arn": f"arn:aws:sts::{actor.account}:assumed-role/{role}/{session}",
            },
        }
    return record(
        time,
        actor,
        "sts",
        "AssumeRole",
        request=None if error else request,
        response=response,
        error=error,
        resources=None if error else [{"accountId": actor.account, "type": "AWS::IAM::Role", "ARN": arn}],
    )


def list_buckets(time, actor):
    request = lambda _: {"Host": "s3.us-east-1.amazonaws.com"}
    event = s3_record(time, actor, "ListBuckets", "any", request, out_bytes=412)
    del event["resources"]
    event["tlsDetails"]["clientProvidedHostHeader"] = "s3.us-east-1.amazonaws.com"
    return event


def list_objects(time, actor, bucket, prefix):
    def request(host):
        return {"list-type": "2", "bucketName": bucket, "encoding-type": "url", "prefix": prefix, "Host": host}

    return s3_record(time, actor, "ListObjects", bucket, request, out_bytes=1870, data=True)


def get_object(time, actor, bucket, key, error=None, region="us-east-1"):
    request = lambda host: {"bucketName": bucket, "Host": host, "key": key}
    size = RNG.randrange(900, 900000)
    return s3_record(time, actor, "GetObject", bucket, request, region, error, out_bytes=size, data=True, sse="SSE_S3")


def put_object(time, actor, bucket, key, region="us-east-1"):
    request = lambda host: {"bucketName": bucket, "Host": host, "key": key}
    size = RNG.randrange(200, 400000)
    response = {"x-amz-server-side-encryption": "AES256"}
    more = {"response": response, "read_only": False, "data": True, "sse": "Default_SSE_S3"}
    return s3_record(time, actor, "PutObject", bucket, request, region, in_bytes=size, **more)


def day_get(time):
    actor = RNG.choice([WEB, WEB, ETL, BACKUP])
    bucket = RNG.choice(BUCKETS[actor.account])
    error = None
    if RNG.random() < 0.08:
        error = ("NoSuchKey", "The specified key does not exist.")
    return get_object(time, actor, bucket, f"objects/{RNG.randrange(4000):05}.bin", error)


def day_put(time):
    actor = RNG.choice([WEB, ETL, DEPLOY])
    return put_object(time, actor, RNG.choice(BUCKETS[actor.account]), f"incoming/{RNG.randrange(4000):05}.json")


def day_bucket_read(time):
    actor = RNG.choice(HUMANS)
    bucket = RNG.choice(BUCKETS[actor.account])
    name, word = RNG.choice([("GetBucketAcl", "acl"), ("GetBucketPolicy", "policy"), ("GetBucketLocation", "location")])
    error = None
    if name == "GetBucketPolicy" and RNG.random() < 0.5:
        error = ("NoSuchBucketPolicy", "The bucket policy does not exist")
    request = lambda host: {"bucketName": bucket, "Host": host, word: ""}
    return s3_record(time, actor, name, bucket, request, error=error, out_bytes=560)


def day_list_buckets(time):
    return list_buckets(time, RNG.choice(HUMANS))


def day_describe(time):
    actor = RNG.choice(HUMANS + [DEPLOY, DEPLOY])
    source, name, request = RNG.choice(
        [
            ("ec2", "DescribeInstances", {"maxResults": 100, "instancesSet": {}, "filterSet": {}}),
            ("ec2", "DescribeSecurityGroups", {"securityGroupSet": {}, "filterSet": {}}),
            ("ec2", "DescribeVpcs", {"vpcSet": {}, "filterSet": {}}),
            ("ec2", "DescribeRegions", {"regionSet": {}, "allRegions": True}),
            ("rds", "DescribeDBInstances", None),
            ("elasticloadbalancing", "DescribeLoadBalancers", {"pageSize": 20}),
            ("cloudtrail", "DescribeTrails", {"trailNameList": []}),
            ("logs", "DescribeLogGroups", {"limit": 50}),
        ]
    )
    error = None
    if source == "ec2" and RNG.random() < 0.07:
        error = ("Client.UnauthorizedOperation", "You are not authorized to perform this operation.")
    elif RNG.random() < 0.04:
        error = ("ThrottlingException", "Rate exceeded")
    return record(time, actor, source, name, pick_region(actor), request, error=error)


def day_describe_by_service(time):
    account = RNG.choice([PROD, DATA, TOOLS])
    by, role = RNG.choice(
        [
            ("autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling"),
            ("config.amazonaws.com", "AWSServiceRoleForConfig"),
        ]
    )
    identity = assumed_role(account, role, role[21:], path=f"aws-service-role/{by}/")
    identity["invokedBy"] = by
    actor = Actor(account, identity, by, by)
    name = RNG.choice(["DescribeInstances", "DescribeVolumes", "DescribeNetworkInterfaces"])
    request = {"maxResults": 500, "filterSet": {}}
    if RNG.random() < 0.15:
        request["filterSet"] = {"items": [{"name": "owner-id", "valueSet": {"items": [{"value": account}]}}]}
    return record(time, actor, "ec2", name, pick_region(actor), request)


def day_role_by_service(time):
    account = RNG.choice([PROD, DATA])
    by, role, session = RNG.choice(
        [
            ("ec2.amazonaws.com", "web-server", "i-0a1b2c3d4e5f60718"),
            ("lambda.amazonaws.com", "thumbnailer", "thumbnailer"),
            ("states.amazonaws.com", "etl-runner", "etl-0115"),
        ]
    )
    return assume_role(time, Actor(account, service(by), by, by), role, session)


def day_role_by_person(time):
    actor, role = RNG.choice([(CAROL, "build-admin"), (DEPLOY, "deployer"), (DEPLOY, "deployer"), (ALICE, "read-only")])
    if RNG.random() < 0.12:
        target = f"arn:aws:iam::{actor.account}:role/break-glass"
        return assume_role(time, actor, role, "x", error=denied(actor, "sts:AssumeRole", target))
    return assume_role(time, actor, role, f"{actor.identity['userName']}-{RNG.randrange(100, 999)}")


def day_decrypt(time):
    actor = RNG.choice([WEB, ETL, BACKUP])
    by = RNG.choice(["secretsmanager.amazonaws.com", "s3.amazonaws.com", "dynamodb.amazonaws.com"])
    caller = Actor(actor.account, {**actor.identity, "invokedBy": by}, by, by)
    key = OWN_KEYS[actor.account]
    return record(
        time,
        caller,
        "kms",
        "Decrypt",
        request={"encryptionContext": {"service": by.split(".")[0]}, "encryptionAlgorithm": "SYMMETRIC_DEFAULT"},
        resources=[{"accountId": actor.account, "type": "AWS::KMS::Key", "ARN": key}],
    )


def day_secret(time):
    actor = RNG.choice([WEB, ETL, DEPLOY])
    name = RNG.choice(["db/orders", "db/users", "api/payments"])
    error = None
    if RNG.random() < 0.15:
        resource = f"arn:aws:secretsmanager:us-east-1:{actor.account}:secret:{name}"
        error = denied(actor, "secretsmanager:GetSecretValue", resource)
    return record(time, actor, "secretsmanager", "GetSecretValue", request={"secretId": name}, error=error)


def day_caller(time):
    actor = RNG.choice([CAROL, DANA_DATA, DEPLOY])
    return record(time, actor, "sts", "GetCallerIdentity", host="sts.amazonaws.com")


def day_get_user(time):
    actor = RNG.choice([ALICE, CAROL, BOB])
    name = actor.identity["userName"]
    return record(time, actor, "iam", "GetUser", request={"userName": name}, host="iam.amazonaws.com")


ORDINARY_DAY = [
    (7, day_get),
    (5, day_put),
    (4, day_bucket_read),
    (2, day_list_buckets),
    (35, day_describe),
    (11, day_describe_by_service),
    (4, day_role_by_service),
    (5, day_role_by_person),
    (8, day_decrypt),
    (6, day_secret),
    (8, day_caller),
    (5, day_get_user),
]


def ordinary_day(count):
    weights = [weight for weight, _ in ORDINARY_DAY]
    makers = [maker for _, maker in ORDINARY_DAY]
    times = sorted(RNG.randrange(5 * 3600) for _ in range(count))
    return [RNG.choices(makers, weights)[0](at(7, 0, second)) for second in times]


def console_login(time, actor, identity, mfa, success=True, region="us-east-1", address=None):
    user = dict(identity, accessKeyId="")
    if user["type"] == "IAMUser":
        user.pop("sessionContext", None)
    if not success:
        user.pop("arn", None)
    visitor = Actor(actor.account, user, address or actor.address, FIREFOX)
    return record(
        time,
        visitor,
        "signin",
        "ConsoleLogin",
        region,
        response={"ConsoleLogin": "Success" if success else "Failure"},
        error=None if success else (None, "Failed authentication"),
        extra={
            "LoginTo": "https://console.aws.amazon.com/console/home?state=hashArgs%23&isauthcode=true",
            "MobileVersion": "No",
            "MFAUsed": "Yes" if mfa else "No",
        },
        read_only=False,
        host=f"{region}.signin.aws.amazon.com",
        event_type="AwsConsoleSignIn",
    )


def people():
    """What people do once: they log in, make users and keys, stop and start a trail; the root user pays a visit."""
    erin = f"arn:aws:iam::{PROD}:user/erin"
    root_user = Actor(TOOLS, root(TOOLS), "203.0.113.9", CONSOLE)
    trail = "northwind-org-trail"
    trail_arn = f"arn:aws:cloudtrail:us-east-1:{TOOLS}:trail/{trail}"
    created = "Jan 15, 2026 8:31:12 AM"
    iam = {"host": "iam.amazonaws.com", "read_only": False}
    return [
        console_login(at(7, 1, 40), ALICE, ALICE.identity, True),
        console_login(at(7, 48, 3), BOB, BOB.identity, False, success=False),
        console_login(at(7, 48, 31), BOB, BOB.identity, False, success=False),
        console_login(at(7, 49, 10), BOB, BOB.identity, False),
        console_login(at(8, 15, 22), DANA_PROD, DANA_PROD.identity, True, region="eu-west-1"),
        console_login(at(10, 44, 19), ALICE, ALICE.identity, False, address="203.0.113.181"),
        console_login(at(11, 2, 5), root_user, root(TOOLS), True),
        record(
            at(8, 31, 12),
            ALICE,
            "iam",
            "CreateUser",
            request={"userName": "erin"},
            response={
                "user": {
                    "path": "/",
                    "userName": "erin",
                    "userId": principal("AIDA", PROD, "erin"),
                    "arn": erin,
                    "createDate": created,
                }
            },
            **iam,
        ),
        record(
            at(8, 32, 2),
            ALICE,
            "iam",
            "AttachUserPolicy",
            request={"userName": "erin", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
            **iam,
        ),
        record(
            at(8, 33, 47),
            ALICE,
            "iam",
            "CreateAccessKey",
            request={"userName": "erin"},
            response={
                "accessKey": {
                    "userName": "erin",
                    "accessKeyId": access_key("AKIA", PROD + "erin"),
                    "status": "Active",
                    "createDate": created.replace("31:12", "33:47"),
                }
            },
            **iam,
        ),
        record(
            at(8, 40, 9),
            BOB,
            "iam",
            "CreateUser",
            request={"userName": "test"},
            error=denied(BOB, "iam:CreateUser", f"arn:aws:iam::{DATA}:user/test"),
            **iam,
        ),
        record(at(8, 55, 0), CAROL, "cloudtrail", "StopLogging", request={"name": trail_arn}, read_only=False),
        record(at(8, 57, 30), CAROL, "cloudtrail", "StartLogging", request={"name": trail_arn}, read_only=False),
        record(at(11, 3, 18), root_user, "iam", "GetAccountSummary", host="iam.amazonaws.com"),
        record(
            at(11, 4, 52),
            root_user,
            "iam",
            "UpdateAccountPasswordPolicy",
            request={
                "minimumPasswordLength": 16,
                "requireSymbols": True,
                "requireNumbers": True,
                "hardExpiry": False,
                "maxPasswordAge": 0,
            },
            **iam,
        ),
    ]


# ---------------------------------------------------------------- the ECS document


def java_bucket(key, capacity):
    """The slot of a string in a java.util.HashMap of this capacity."""
    value = 0
    for unit in struct.iter_unpack("<H", key.encode("utf-16-le")):
        value = (31 * value + unit[0]) & 0xFFFFFFFF
    return (value ^ (value >> 16)) & (capacity - 1)


def is_empty(value):
    return value is None or value == {} or value == [] or (isinstance(value, str) and value in ("", "-", "none"))


def map_string(value):
    """What Java prints for a parsed JSON value: maps in HashMap order, empty values left out. None if all is empty."""
    if isinstance(value, dict):
        capacity = 16
        while len(value) > 0.75 * capacity:
            capacity *= 2
        keys = sorted(value, key=lambda key: java_bucket(key, capacity))
        parts = [(key, map_string(value[key])) for key in keys]
        body = ", ".join(f"{key}={text}" for key, text in parts if text is not None)
        return "{" + body + "}" if body else None
    if isinstance(value, list):
        parts = [text for text in map(map_string, value) if text is not None]
        return "[" + ", ".join(parts) + "]" if parts else None
    if is_empty(value):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    assert not isinstance(value, float), "no record of this script has one; Java prints them in its own way"
    return str(value)


CATEGORIES = {
    ("iam", "user", "change"): "AttachUserPolicy CreateAccessKey",
    ("iam", "user", "creation"): "CreateUser",
    ("iam", "user", "info"): "GetUser ListUsers",
    ("iam", "admin", "change"): "UpdateAccountPasswordPolicy",
    ("iam", "info"): "ListRoles",
    ("authentication", "info"): "AssumeRole ConsoleLogin GetCallerIdentity",
    ("file", "change"): "PutObject",
    ("file", "info"): "ListBuckets ListObjects GetObject",
    ("host", "info"): "DescribeInstances DescribeVolumes",
    ("network", "info"): "DescribeSecurityGroups DescribeNetworkInterfaces DescribeVpcs DescribeLoadBalancers",
    ("api", "info"): "DescribeRegions",
    ("configuration", "info"): "DescribeTrails",
    ("database", "info"): "DescribeDBInstances",
}
CATEGORY_OF = {action: words for words, actions in CATEGORIES.items() for action in actions.split()}


def put(document, path, value):
    """Set a dotted path, unless the value is empty."""
    if is_empty(value):
        return
    *parents, leaf = path.split(".")
    for name in parents:
        document = document.setdefault(name, {})
    document[leaf] = value


def is_ip(text):
    try:
        ipaddress.ip_address(text)
        return True
    except ValueError:
        return False


def acting_service(identity):
    """The AWS service that acts by itself, if it is one that does."""
    issuer = identity.get("sessionContext", {}).get("sessionIssuer", {}).get("arn", "")
    if identity["type"] == "AWSService" or ":role/aws-service-role/" in issuer:
        return identity.get("invokedBy")
    return None


def ecs(raw):
    """The document that Elastic's AWS integration makes of a record, cut down to the fields that rules and hunts read.

    README.md in this folder lists what is left out.
    """
    out = {}
    action, identity = raw["eventName"], raw["userIdentity"]
    context = identity.get("sessionContext", {})
    issuer = context.get("sessionIssuer", {})
    attributes = context.get("attributes", {})
    request = raw.get("requestParameters") or {}
    response = raw.get("responseElements") or {}
    extra = raw.get("additionalEventData") or {}
    arn = identity.get("arn", "")

    put(out, "@timestamp", raw["eventTime"].replace("Z", ".000Z"))
    put(out, "data_stream", {"type": "logs", "dataset": "aws.cloudtrail", "namespace": "default"})

    def trail(path, value):
        put(out, f"aws.cloudtrail.{path}", value)

    trail("session_credential_from_console", raw.get("sessionCredentialFromConsole"))
    trail("error_code", raw.get("errorCode"))
    trail("error_message", raw.get("errorMessage"))
    trail("request_parameters", map_string(raw.get("requestParameters")))
    trail("response_elements", map_string(raw.get("responseElements")))
    trail("additional_eventdata", map_string(raw.get("additionalEventData")))

    trail("user_identity.type", identity["type"])
    trail("user_identity.arn", arn)
    trail("user_identity.access_key_id", identity.get("accessKeyId"))
    trail("user_identity.invoked_by", identity.get("invokedBy"))
    trail("user_identity.session_context.mfa_authenticated", attributes.get("mfaAuthenticated"))
    trail("user_identity.session_context.session_issuer.arn", issuer.get("arn"))

    if action == "ConsoleLogin":
        login = "console_login.additional_eventdata"
        trail(f"{login}.login_to", extra["LoginTo"])
        trail(f"{login}.mobile_version", extra["MobileVersion"] != "No")
        trail(f"{login}.mfa_used", extra["MFAUsed"] != "No")

    by_service = acting_service(identity)
    if by_service:
        put(out, "service.name", by_service)
    else:
        by_role = identity["type"] == "AssumedRole"
        put(out, "user.name", issuer["userName"] if by_role else identity.get("userName"))
    session = re.match(r"arn:[a-z0-9-]+:sts:.*/(.*)$", arn)
    if session and "@" in session[1]:
        put(out, "user.email", session[1])
    put(out, "user.target.name", request.get("userName"))

    put(out, "cloud.region", raw["awsRegion"])
    put(out, "cloud.account.id", identity.get("accountId") or raw["recipientAccountId"])

    put(out, "event.dataset", "aws.cloudtrail")
    put(out, "event.id", raw["eventID"])
    put(out, "event.kind", "event")
    put(out, "event.provider", raw["eventSource"])
    put(out, "event.action", action)
    failed = "errorCode" in raw or "errorMessage" in raw
    outcome = "failure" if failed else "success"
    put(out, "event.outcome", response["ConsoleLogin"].lower() if action == "ConsoleLogin" else outcome)
    category, *types = CATEGORY_OF.get(action, ("", "info"))
    put(out, "event.category", [category] if category else None)
    put(out, "event.type", types)

    put(out, "source.address", raw["sourceIPAddress"])
    if is_ip(raw["sourceIPAddress"]):
        put(out, "source.ip", raw["sourceIPAddress"])
    put(out, "user_agent.original", raw["userAgent"])
    return out


# ---------------------------------------------------------------- files


def line(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def gzip_bytes(text):
    """A gzip member without a time and without a name, so that the same text gives the same bytes."""
    data = text.encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(data) + packer.flush()
    return b"\x1f\x8b\x08\0\0\0\0\0\x02\xff" + body + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


def trail_files(records):
    """One file for each account, region and two hours. (AWS delivers about every five minutes; this keeps it small.)"""
    groups = {}
    for raw in records:
        hour = int(raw["eventTime"][11:13])
        closed = hour + 2 - (hour + 1) % 2
        groups.setdefault((raw["recipientAccountId"], raw["awsRegion"], closed), []).append(raw)
    files = {}
    for (account, region, closed), group in sorted(groups.items()):
        mark = name_hash(f"{account} {region} {closed}").title()[:16]
        name = f"{account}_CloudTrail_{region}_20260115T{closed:02}05Z_{mark}.json.gz"
        path = f"cloudtrail/AWSLogs/{account}/CloudTrail/{region}/2026/01/15/{name}"
        files[path] = gzip_bytes(line({"Records": group}))
    return files


def expected_rows():
    """The seven rows of the rule, in the order of time."""
    rows = []
    for step, key in enumerate(PAYROLL):
        rows.append(
            {
                "@timestamp": iso(at(9, 44, 5 + 7 * step)).replace("Z", ".000Z"),
                "aws.cloudtrail.user_identity.arn": INTRUDER.identity["arn"],
                "cloud.account.id": DATA,
                "event.action": "CopyObject",
                "target.bucketName": "northwind-payroll",
                "key.account.id": FOREIGN,
                "keyId": FOREIGN_KEY.split("/")[1],
                "target.objectName": key,
            }
        )
    return rows


def build():
    records = ordinary_day(326) + owner_copies() + people() + attack()
    records.sort(key=lambda raw: raw["eventTime"])
    files = trail_files(records)
    files["ecs/cloudtrail.ndjson"] = "".join(line(ecs(raw)) + "\n" for raw in records).encode()
    files["expected.ndjson"] = "".join(line(row) + "\n" for row in expected_rows()).encode()
    # It imports this module anew, with a seed of its own: the events above don't depend on it.
    import incident

    files.update(incident.files())
    return records, files


def content(path, data):
    """What a file says. Two versions of zlib may pack the same text into different bytes."""
    return gzip.decompress(data) if path.endswith(".gz") else data


def check(files):
    wrong = []
    for path, data in files.items():
        target = HERE / path
        if not target.is_file() or content(path, target.read_bytes()) != content(path, data):
            wrong.append(path)
    for target in sorted(path for folder in ("cloudtrail", "incident") for path in (HERE / folder).rglob("*")):
        if target.is_file() and target.relative_to(HERE).as_posix() not in files:
            wrong.append(f"{target.relative_to(HERE).as_posix()} (not written by this script)")
    for path in wrong:
        print(f"differs: examples/{path}", file=sys.stderr)
    return 1 if wrong else 0


def write(files):
    for path, data in files.items():
        target = HERE / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def main():
    records, files = build()
    if sys.argv[1:] == ["--check"]:
        return check(files)
    if sys.argv[1:]:
        print(__doc__, file=sys.stderr)
        return 2
    write(files)
    print(f"{len(files)} files, {sum(map(len, files.values()))} bytes; {len(records)} events in cloudtrail")
    return 0


if __name__ == "__main__":
    sys.exit(main())
