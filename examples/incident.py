"""The logs of the folder `incident`: three working days of three accounts, and the night in which somebody came in.

Written by generate.py, from which it takes its people and its ways to make a record. The story is told in README.md.
"""

import json
from datetime import timedelta

import generate as g

START = g.DAY - timedelta(days=3)
LEAK_IP, HOME_IP = "192.0.2.199", "198.51.100.23"
AGENT = "aws-cli/2.17.60 md/awscrt#0.21.2 ua/2.0 os/linux#6.8.11-kali2-amd64 lang/python#3.11.9"
NEW_USER = "svc-metrics"
SSH_GROUP, SNAPSHOT = "sg-0c1a5e7d9b3f2468a", "snap-0d4e8f1a2b3c5967e"


def on(day, hour, minute=0, second=0):
    """A time on the 12th (day 0), 13th, 14th or 15th of January 2026."""
    return START + timedelta(days=day, hours=hour, minutes=minute, seconds=second)


def change(time, actor, source, name, request=None, **more):
    return g.record(time, actor, source, name, request=request, read_only=False, **more)


def refused(time, actor, source, name, action=None):
    return g.record(time, actor, source, name, error=g.denied(actor, action or f"{source}:{name}"))


def take_role(time, actor, account, role, session, result):
    arn = f"arn:aws:iam::{account}:role/{role}"
    answer = {
        "credentials": {"accessKeyId": result.identity["accessKeyId"], "expiration": g.iso(time + timedelta(hours=1))},
        "assumedRoleUser": {"assumedRoleId": result.identity["principalId"], "arn": result.identity["arn"]},
    }
    request = {"roleArn": arn, "roleSessionName": session, "durationSeconds": 3600}
    return g.record(time, actor, "sts", "AssumeRole", request=request, response=answer, host="sts.amazonaws.com")


def working_days():
    """What the accounts do every day from eight to five: the same mix as in the other sample logs."""
    weights = [weight for weight, _ in g.ORDINARY_DAY]
    makers = [maker for _, maker in g.ORDINARY_DAY]
    events = []
    for day in range(3):
        for second in sorted(g.RNG.randrange(8 * 3600, 17 * 3600) for _ in range(110)):
            events.append(g.RNG.choices(makers, weights)[0](START + timedelta(days=day, seconds=second)))
        events.append(g.console_login(on(day, 8, 2, 11 * day), g.ALICE, g.ALICE.identity, True))
        events.append(g.console_login(on(day, 8, 31, 7 * day), g.BOB, g.BOB.identity, True))
        for minute in (5, 25, 45):
            session = g.Actor(g.PROD, g.assumed_role(g.PROD, "deployer", "pipeline"), g.DEPLOY.address, g.TERRAFORM)
            events.append(take_role(on(day, 10, minute), g.DEPLOY, g.PROD, "deployer", "pipeline", session))
            events.append(g.record(on(day, 10, minute, 4), session, "ec2", "DescribeInstances"))
    events.append(
        change(on(1, 14, 12), g.ALICE, "iam", "CreateUser", {"userName": "erin"}, host="iam.amazonaws.com")
    )
    request = {"userName": "erin", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    events.append(change(on(1, 14, 12, 9), g.ALICE, "iam", "AttachUserPolicy", request, host="iam.amazonaws.com"))
    return events


def ingress(time, actor, group, port, block):
    item = {"ipProtocol": "tcp", "fromPort": port, "toPort": port, "ipRanges": {"items": [{"cidrIp": block}]}}
    return change(time, actor, "ec2", "AuthorizeSecurityGroupIngress", {"groupId": group, "ipPermissions": {"items": [item]}})


def first_steps():
    """A search for keys finds one and tries it; an hour later somebody looks around with it."""
    finder = g.Actor(g.TOOLS, g.DEPLOY.identity, LEAK_IP, "TruffleHog")
    thief = g.Actor(g.TOOLS, g.DEPLOY.identity, HOME_IP, AGENT)
    events = [
        g.record(on(2, 21, 58, 40), finder, "sts", "GetCallerIdentity", host="sts.amazonaws.com"),
        g.record(on(2, 23, 12, 5), thief, "sts", "GetCallerIdentity", host="sts.amazonaws.com"),
    ]
    tried = [("iam", "ListUsers"), ("iam", "ListRoles"), ("iam", "GetAccountAuthorizationDetails"), ("ec2", "DescribeSnapshots"),
             ("secretsmanager", "ListSecrets"), ("rds", "DescribeDBInstances"), ("lambda", "ListFunctions20150331"),
             ("organizations", "DescribeOrganization")]
    for step, (source, name) in enumerate(tried):
        events.append(refused(on(2, 23, 13, 4 * step), thief, source, name))
    events.append(g.record(on(2, 23, 14, 2), thief, "ec2", "DescribeInstances"))
    return thief, events


def production(thief):
    """The key may take the role of the pipeline. In production: blind the trail, make a way back, open a door."""
    session = "botocore-session-1768432490"
    actor = g.Actor(g.PROD, g.assumed_role(g.PROD, "deployer", session), HOME_IP, AGENT)
    console = g.Actor(g.PROD, g.iam_user(g.PROD, NEW_USER, "false"), HOME_IP, g.FIREFOX, console=True)
    iam = {"host": "iam.amazonaws.com"}
    user = {"userName": NEW_USER}
    new_key = {"accessKey": {"accessKeyId": g.access_key("AKIA", NEW_USER), "status": "Active", **user}}
    launch = {"instanceType": "p3.8xlarge", "instancesSet": {"items": [{"imageId": "ami-0b9f27e4c6d815a30", "minCount": 1, "maxCount": 4}]}}
    quota = ("Client.VcpuLimitExceeded", "You have requested more vCPU capacity than your current vCPU limit allows")
    trust = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%s:root"},"Action":"sts:AssumeRole"}]}'
    far = "ap-southeast-3"
    return actor, [
        take_role(on(2, 23, 14, 50), thief, g.PROD, "deployer", session, actor),
        change(on(2, 23, 16, 8), actor, "cloudtrail", "StopLogging", {"name": "northwind-prod-trail"}),
        change(on(2, 23, 18, 1), actor, "iam", "CreateUser", user, **iam),
        change(on(2, 23, 18, 9), actor, "iam", "AttachUserPolicy", {**user, "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}, **iam),
        change(on(2, 23, 18, 20), actor, "iam", "CreateAccessKey", user, response=new_key, **iam),
        change(on(2, 23, 19, 2), actor, "iam", "CreateLoginProfile", {**user, "passwordResetRequired": False}, **iam),
        g.console_login(on(2, 23, 22, 30), console, console.identity, False, success=False),
        g.console_login(on(2, 23, 22, 58), console, console.identity, False),
        g.record(on(2, 23, 23, 40), console, "ce", "GetCostAndUsage"),
        change(on(2, 23, 27, 5), console, "iam", "UpdateAssumeRolePolicy", {"roleName": "web-server", "policyDocument": trust % g.FOREIGN}, **iam),
        ingress(on(2, 23, 31, 12), console, SSH_GROUP, 22, "0.0.0.0/0"),
        change(on(2, 23, 36, 0), actor, "ec2", "RunInstances", launch, error=quota, region=far),
        change(on(2, 23, 37, 31), actor, "ec2", "RunInstances", {**launch, "instanceType": "c6i.16xlarge"}, region=far),
        g.record(on(2, 23, 40, 2), actor, "ses", "GetSendQuota", region="us-west-2"),
        g.record(on(2, 23, 40, 5), actor, "ses", "GetAccountSendingEnabled", region="us-west-2"),
        g.record(on(2, 23, 40, 9), actor, "ses", "ListIdentities", region="us-west-2"),
    ]


def data(actor):
    """From production on to the account with the data: read the secrets, carry objects away, wipe, share a disk."""
    session = "botocore-session-1768434101"
    thief = g.Actor(g.DATA, g.assumed_role(g.DATA, "data-admin", session), HOME_IP, AGENT)
    lake = "northwind-lake"
    events = [take_role(on(2, 23, 48, 21), actor, g.DATA, "data-admin", session, thief)]
    for step in range(14):
        secret = f"arn:aws:secretsmanager:us-east-1:{g.DATA}:secret:lake/source-{step:02}"
        events.append(g.record(on(2, 23, 50, 3 * step), thief, "secretsmanager", "GetSecretValue", request={"secretId": secret}))
    events.append(g.list_objects(on(2, 23, 55, 7), thief, lake, "tables/customers/"))
    keys = [f"tables/customers/part-{step:04}.parquet" for step in range(24)]
    for step, key in enumerate(keys):
        size = 41_000_000 + 1_000_003 * step
        request = lambda host, key=key: {"bucketName": lake, "Host": host, "key": key}
        events.append(g.s3_record(on(2, 23, 56, 2 * step), thief, "GetObject", lake, request, out_bytes=size, data=True))
    for step, key in enumerate(keys[:12]):
        request = lambda host, key=key: {"bucketName": lake, "Host": host, "key": key}
        events.append(g.s3_record(on(3, 0, 4, 3 * step), thief, "DeleteObject", lake, request, data=True, read_only=False))
    made = {"snapshotId": SNAPSHOT, "volumeId": "vol-0e1f2a3b4c5d69788", "status": "pending"}
    events.append(change(on(3, 0, 9, 15), thief, "ec2", "CreateSnapshot", {"volumeId": made["volumeId"]}, response=made))
    add = {"add": {"items": [{"userId": g.FOREIGN}]}}
    share = {"snapshotId": SNAPSHOT, "createVolumePermission": add, "attributeType": "CREATE_VOLUME_PERMISSION"}
    events.append(change(on(3, 0, 21, 44), thief, "ec2", "ModifySnapshotAttribute", share))
    return events


def of_its_day(raw):
    """Sessions are opened in the hour of their event, and each day has its own temporary keys."""
    raw = json.loads(json.dumps(raw))
    identity = raw["userIdentity"]
    attributes = identity.get("sessionContext", {}).get("attributes")
    if attributes:
        attributes["creationDate"] = raw["eventTime"][:14] + "00:00Z"
        if identity["type"] == "AssumedRole" and "/botocore-session-" not in identity["arn"]:
            identity["accessKeyId"] = g.access_key("ASIA", identity["arn"] + raw["eventTime"][:10])
    return raw


def files():
    """Path and content of each file: one for each account, region and day."""
    g.RNG.seed(20260112)
    thief, events = first_steps()
    actor, more = production(thief)
    records = [of_its_day(raw) for raw in working_days() + events + more + data(actor)]
    records.sort(key=lambda raw: raw["eventTime"])
    groups = {}
    for raw in records:
        groups.setdefault((raw["recipientAccountId"], raw["awsRegion"], raw["eventTime"][:10]), []).append(raw)
    out = {}
    for (account, region, day), group in sorted(groups.items()):
        mark = g.name_hash(f"{account} {region} {day}").title()[:16]
        name = f"{account}_CloudTrail_{region}_{day.replace('-', '')}T2355Z_{mark}.json.gz"
        path = f"incident/AWSLogs/{account}/CloudTrail/{region}/{day.replace('-', '/')}/{name}"
        out[path] = g.gzip_bytes(g.line({"Records": group}))
    return out
