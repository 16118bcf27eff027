"""How each peer is asked the same questions as Quarry.

Run as a program it is one peer's run: `peers.py ENGINE WORKLOAD PATH THREADS` prints the rows, tab-separated.
"""

import json
import sys

KEY = r"x-amz-server-side-encryption-aws-kms-key-id=arn:aws:kms:[^:]*:([0-9]{12}):key/([^,}]+)"
RAW_KEY = r"arn:aws:kms:[^:]*:([0-9]{12}):key/([^\"]+)"
KEY_FIELD = "x-amz-server-side-encryption-aws-kms-key-id"

DUCKDB_COLUMNS = """columns={'@timestamp': 'VARCHAR',
  'event': 'STRUCT(dataset VARCHAR, provider VARCHAR, "action" VARCHAR, outcome VARCHAR)',
  'cloud': 'STRUCT(account STRUCT(id VARCHAR))', 'source': 'STRUCT(ip VARCHAR)',
  'aws': 'STRUCT(cloudtrail STRUCT(request_parameters VARCHAR, user_identity STRUCT(arn VARCHAR)))'}"""


def duckdb(workload, path, threads, explicit):
    import duckdb as engine

    connection = engine.connect()
    connection.execute(f"SET threads={threads}")
    connection.execute("SET enable_progress_bar=false")
    if workload.endswith("raw"):
        source = f"(SELECT unnest(Records) AS r FROM read_json('{path}/*.json.gz', maximum_object_size=100000000))"
        key = f'r.requestParameters."{KEY_FIELD}"'
        rule = f"""SELECT strftime(r.eventTime, '%Y-%m-%dT%H:%M:%SZ'), r.recipientAccountId, regexp_extract({key}, '{RAW_KEY}', 1) AS owner,
            regexp_extract({key}, '{RAW_KEY}', 2), r.userIdentity.arn FROM {source}
            WHERE r.eventSource = 's3.amazonaws.com' AND r.eventName = 'CopyObject' AND r.errorCode IS NULL
              AND owner <> '' AND owner <> r.recipientAccountId::VARCHAR"""
        names = ("r.eventName", "r.recipientAccountId", "r.sourceIPAddress")
    else:
        source = f"read_ndjson('{path}', {DUCKDB_COLUMNS})" if explicit else f"read_json('{path}')"
        text = "aws.cloudtrail.request_parameters"
        time = '"@timestamp"' if explicit else "strftime(\"@timestamp\", '%Y-%m-%dT%H:%M:%SZ')"
        rule = f"""SELECT {time}, cloud.account.id, regexp_extract({text}, '{KEY}', 1) AS owner,
            regexp_extract({text}, '{KEY}', 2), aws.cloudtrail.user_identity.arn FROM {source}
            WHERE event.dataset = 'aws.cloudtrail' AND event.provider = 's3.amazonaws.com'
              AND event.action = 'CopyObject' AND event.outcome = 'success'
              AND owner <> '' AND owner <> cloud.account.id::VARCHAR"""
        names = ("event.action", "cloud.account.id", "source.ip")
    action, account, address = names
    aggregate = f"""SELECT {action} AS a, {account} AS c, count(*) AS n, count(DISTINCT {address}) FROM {source}
        GROUP BY 1, 2 ORDER BY n DESC, a, c LIMIT 10"""
    for row in connection.execute(rule if workload.startswith("rule") else aggregate).fetchall():
        print("\t".join(str(value) for value in row))


def clickhouse(workload, path, threads):
    import chdb

    settings = f"""SETTINGS max_threads={threads}, input_format_skip_unknown_fields=1, input_format_null_as_default=1,
        input_format_json_ignore_unknown_keys_in_named_tuple=1,
        input_format_json_defaults_for_missing_elements_in_named_tuple=1"""
    if workload.endswith("raw"):
        schema = f"""Records Array(Tuple(eventTime String, eventSource String, eventName String, errorCode String,
            recipientAccountId String, sourceIPAddress Nullable(String), userIdentity Tuple(arn String),
            requestParameters Tuple(`{KEY_FIELD}` String)))"""
        source = f"(SELECT arrayJoin(Records) AS r FROM file('{path}/*.json.gz', JSONEachRow, '{schema}'))"
        rule = f"""SELECT r.eventTime, r.recipientAccountId,
            extractGroups(tupleElement(r.requestParameters, 1), '{RAW_KEY}') AS g, r.userIdentity.arn FROM {source}
            WHERE r.eventSource = 's3.amazonaws.com' AND r.eventName = 'CopyObject' AND r.errorCode = ''
              AND length(g) = 2 AND g[1] <> r.recipientAccountId"""
        names = ("r.eventName", "r.recipientAccountId", "r.sourceIPAddress")
        columns = "tupleElement(r, 'eventTime'), tupleElement(r, 'recipientAccountId')"
        rule = rule.replace("SELECT r.eventTime, r.recipientAccountId,", f"SELECT {columns},")
    else:
        schema = """`@timestamp` String, event Tuple(dataset String, provider String, action String, outcome String),
            cloud Tuple(account Tuple(id String)), source Tuple(ip Nullable(String)),
            aws Tuple(cloudtrail Tuple(request_parameters String, user_identity Tuple(arn String)))"""
        source = f"file('{path}', JSONEachRow, '{schema}')"
        rule = f"""SELECT `@timestamp`, cloud.account.id,
            extractGroups(aws.cloudtrail.request_parameters::String, '{KEY}') AS g, aws.cloudtrail.user_identity.arn
            FROM {source} WHERE event.dataset = 'aws.cloudtrail' AND event.provider = 's3.amazonaws.com'
              AND event.action = 'CopyObject' AND event.outcome = 'success'
              AND length(g) = 2 AND g[1] <> cloud.account.id::String"""
        names = ("event.action", "cloud.account.id", "source.ip")
    action, account, address = names
    aggregate = f"""SELECT {action} AS a, {account} AS c, count() AS n, uniqExact({address}) FROM {source}
        GROUP BY a, c ORDER BY n DESC, a, c LIMIT 10"""
    is_rule = workload.startswith("rule")
    text = str(chdb.query(f"{rule if is_rule else aggregate} {settings}", "JSONCompactEachRow"))
    for row in map(json.loads, text.splitlines()):
        cells = [row[0], row[1], *row[2], row[3]] if is_rule else row
        print("\t".join(str(value) for value in cells))


def polars(workload, path, threads):
    import polars as pl

    text = pl.String
    schema = {
        "@timestamp": text,
        "event": pl.Struct({"dataset": text, "provider": text, "action": text, "outcome": text}),
        "cloud": pl.Struct({"account": pl.Struct({"id": text})}),
        "source": pl.Struct({"ip": text}),
        "aws": pl.Struct({"cloudtrail": pl.Struct({"request_parameters": text, "user_identity": pl.Struct({"arn": text})})}),
    }
    field = lambda *names: __import__("functools").reduce(lambda e, n: e.struct.field(n), names[1:], pl.col(names[0]))
    lines = pl.scan_ndjson(path, schema=schema)
    account = field("cloud", "account", "id")
    if workload.startswith("rule"):
        parameters = field("aws", "cloudtrail", "request_parameters")
        rows = lines.filter(
            (field("event", "dataset") == "aws.cloudtrail")
            & (field("event", "provider") == "s3.amazonaws.com")
            & (field("event", "action") == "CopyObject")
            & (field("event", "outcome") == "success")
            & (parameters.str.extract(KEY, 1) != account)
        ).select(
            pl.col("@timestamp"), account.alias("account"), parameters.str.extract(KEY, 1).alias("owner"),
            parameters.str.extract(KEY, 2).alias("key"), field("aws", "cloudtrail", "user_identity", "arn").alias("arn"),
        )
    else:
        groups = lines.group_by(field("event", "action").alias("a"), account.alias("c"))
        rows = groups.agg(pl.len().alias("n"), field("source", "ip").drop_nulls().n_unique().alias("ips"))
        rows = rows.sort(["n", "a", "c"], descending=[True, False, False]).limit(10)
    for row in rows.collect(engine="streaming").iter_rows():
        print("\t".join(str(value) for value in row))


# Programs of the jq family: rows of the rule, and of the aggregate.
JQ = {
    "rule": r"""select(.event.dataset == "aws.cloudtrail" and .event.provider == "s3.amazonaws.com"
        and .event.action == "CopyObject" and .event.outcome == "success")
      | (.aws.cloudtrail.request_parameters // "" | capture("KEY=arn:aws:kms:[^:]*:(?<owner>[0-9]{12}):key/(?<id>[^,}]+)")) as $k
      | select($k.owner != .cloud.account.id)
      | [."@timestamp", .cloud.account.id, $k.owner, $k.id, .aws.cloudtrail.user_identity.arn] | @tsv""",
    "rule-raw": r""".Records[] | select(.eventSource == "s3.amazonaws.com" and .eventName == "CopyObject" and .errorCode == null)
      | (.requestParameters."KEY" // "" | capture("arn:aws:kms:[^:]*:(?<owner>[0-9]{12}):key/(?<id>.+)")) as $k
      | select($k.owner != .recipientAccountId)
      | [.eventTime, .recipientAccountId, $k.owner, $k.id, .userIdentity.arn] | @tsv""",
}
JQ = {name: program.replace("KEY", KEY_FIELD) for name, program in JQ.items()}


def command(peer, workload, path, threads):
    """The shell command of a peer, or None where the peer has no way to do it."""
    this = f"{sys.executable} {__file__}"
    quoted = lambda program: "'" + program.replace("'", "'\\''") + "'"
    if peer in ("duckdb, explicit columns", "duckdb, as typed", "clickhouse, explicit columns", "polars, explicit columns"):
        name = peer.split(",")[0] + ("-auto" if "as typed" in peer else "")
        if workload.endswith("raw") and peer in ("duckdb, explicit columns", "polars, explicit columns"):
            return None
        return f"{this} {name} {workload.removesuffix('-unfiltered')} {path} {threads}"
    if peer in ("ripgrep | jaq", "ripgrep | jq"):
        if workload != "rule":
            return None
        return f"rg -F CopyObject {path} | {peer.split()[-1]} -r {quoted(JQ['rule'])}"
    if peer == "ripgrep -c, search only":
        return f"rg -c -F CopyObject {path}" if workload == "rule" else None
    if peer == "zcat | jq":
        return f"cat {path}/*.json.gz | zcat | jq -r {quoted(JQ['rule-raw'])}" if workload == "rule-raw" else None
    return None


PEERS = {
    "duckdb, explicit columns": "duckdb",
    "duckdb, as typed": "duckdb",
    "clickhouse, explicit columns": "chdb",
    "polars, explicit columns": "polars",
    "ripgrep | jaq": ("rg", "jaq"),
    "ripgrep | jq": ("rg", "jq"),
    "ripgrep -c, search only": ("rg",),
    "zcat | jq": ("zcat", "jq"),
}

if __name__ == "__main__":
    engine, workload, path, threads = sys.argv[1:]
    match engine:
        case "duckdb":
            duckdb(workload, path, threads, explicit=True)
        case "duckdb-auto":
            duckdb(workload, path, threads, explicit=False)
        case "clickhouse":
            clickhouse(workload, path, threads)
        case "polars":
            polars(workload, path, threads)
