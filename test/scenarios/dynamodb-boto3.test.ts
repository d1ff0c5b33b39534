import { expect, test } from "vitest"
import { startCloud } from "./server.ts"
import { clientEnvironment, hasProgram, run } from "./tools.ts"

const hasBoto3 = hasProgram("python3", ["-c", "import boto3"])

/** Waiters look again after 20 seconds by default: here sooner. */
const BEGIN = `
import boto3, json, os, time, urllib.request
from decimal import Decimal
from boto3.dynamodb.conditions import Attr, Key
dynamodb = boto3.resource("dynamodb")
client = dynamodb.meta.client
def show(*values): print(json.dumps(values if len(values) > 1 else values[0], default=lambda v: int(v) if isinstance(v, Decimal) and v == int(v) else str(v), sort_keys=True))
def advance(span):
    request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL"] + "/_cloudarium/clock", json.dumps({"advance": span}).encode(), {"content-type": "application/json"})
    urllib.request.urlopen(request).read()
def wait(name, **more): client.get_waiter(name).wait(WaiterConfig={"Delay": 1, "MaxAttempts": 300}, **more)
def code_of(call):
    try: call()
    except client.exceptions.ClientError as error: return error.response["Error"]["Code"]
`

/** A bank: accounts and entries in one table, moved by transactions. */
const TRANSACTIONS = `${BEGIN}
table = dynamodb.create_table(
    TableName="bank", BillingMode="PAY_PER_REQUEST",
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
    AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in (("id", "S"), ("at", "N"), ("branch", "S"))],
    LocalSecondaryIndexes=[{"IndexName": "by-branch", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "branch", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}],
    StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
wait("table_exists", TableName="bank")
with table.batch_writer(overwrite_by_pkeys=["id", "at"]) as batch:
    for i in range(30):
        batch.put_item({"id": f"a{i % 3}", "at": i, "branch": f"b{i % 2}", "balance": 100})
    batch.put_item({"id": "a0", "at": 0, "branch": "b0", "balance": 50})
    batch.delete_item({"id": "a2", "at": 29})
def move(amount, token=None):
    update = lambda at, by, floor: {"Update": {"TableName": "bank", "Key": {"id": "a0", "at": at},
        "UpdateExpression": "ADD balance :by", "ConditionExpression": "balance >= :floor", "ExpressionAttributeValues": {":by": by, ":floor": floor}}}
    return client.transact_write_items(TransactItems=[update(0, -amount, amount), update(3, amount, 0)], **({"ClientRequestToken": token} if token else {}))
move(20, "once"); move(20, "once")
try:
    move(40)
except client.exceptions.TransactionCanceledException as error:
    show([reason["Code"] for reason in error.response["CancellationReasons"]])
got = client.transact_get_items(TransactItems=[{"Get": {"TableName": "bank", "Key": {"id": "a0", "at": at}}} for at in (0, 3, 4)])
show([one.get("Item", {}).get("balance") for one in got["Responses"]])
show(table.query(IndexName="by-branch", KeyConditionExpression=Key("id").eq("a1") & Key("branch").begins_with("b1"), ScanIndexForward=False)["Count"])
rich = Attr("balance").gt(50) & ~Attr("branch").is_in(["b0"]) | Attr("balance").between(20, 40) & Attr("missing").not_exists()
pages = list(client.get_paginator("query").paginate(TableName="bank", KeyConditionExpression=Key("id").eq("a0"), FilterExpression=rich, PaginationConfig={"PageSize": 4}))
show([[i["at"] for i in page["Items"]] for page in pages])
reads = dynamodb.batch_get_item(RequestItems={"bank": {"Keys": [{"id": "a0", "at": at} for at in (0, 3, 6)], "ProjectionExpression": "#at, balance", "ExpressionAttributeNames": {"#at": "at"}}})
show(sorted(reads["Responses"]["bank"], key=lambda i: i["at"]), reads["UnprocessedKeys"])
show(sorted(code_of(call) or "" for call in (
    lambda: table.put_item(Item={"id": 7, "at": 1}),
    lambda: table.delete_item(Key={"id": "a0", "at": 0}, ConditionExpression=Attr("balance").size().gt(3)),
    lambda: dynamodb.Table("none").load())))
streams = boto3.client("dynamodbstreams")
shards = streams.describe_stream(StreamArn=table.latest_stream_arn)["StreamDescription"]["Shards"]
events = []
for shard in shards:
    it = streams.get_shard_iterator(StreamArn=table.latest_stream_arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    for _ in range(5):
        answer = streams.get_records(ShardIterator=it, Limit=1000)
        events += answer["Records"]
        it = answer.get("NextShardIterator")
        if it is None: break
names = [e["eventName"] for e in events]
show({name: names.count(name) for name in sorted(set(names))})
show([e["dynamodb"]["NewImage"]["balance"]["N"] for e in events if e["eventName"] == "MODIFY"])
`

/** What changes a table: time to live, indexes, tags, recovery, backups. */
const TABLES = `${BEGIN}
table = dynamodb.create_table(TableName="sessions", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}, Tags=[{"Key": "stage", "Value": "test"}])
wait("table_exists", TableName="sessions")
client.update_time_to_live(TableName="sessions", TimeToLiveSpecification={"Enabled": True, "AttributeName": "until"})
now = int(time.time())
for name, until in (("old", now - 60), ("new", now + 30 * 86400), ("none", None)):
    table.put_item(Item={"id": name, "user": "u", **({"until": until} if until else {})})
advance("1h")
for _ in range(1000):
    left = sorted(i["id"] for i in table.scan()["Items"])
    if len(left) == 2: break
    time.sleep(0.1)
show(left, client.describe_time_to_live(TableName="sessions")["TimeToLiveDescription"])
table = table.update(AttributeDefinitions=[{"AttributeName": "user", "AttributeType": "S"}], GlobalSecondaryIndexUpdates=[{"Create": {"IndexName": "by-user",
    "KeySchema": [{"AttributeName": "user", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}, "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}}])
for _ in range(1000):
    table.load()
    if table.table_status == "ACTIVE" and table.global_secondary_indexes[0]["IndexStatus"] == "ACTIVE": break
    time.sleep(0.1)
show(table.query(IndexName="by-user", KeyConditionExpression=Key("user").eq("u"), Select="COUNT")["Count"], table.item_count)
show(client.list_tags_of_resource(ResourceArn=table.table_arn)["Tags"])
backup = client.create_backup(TableName="sessions", BackupName="nightly")["BackupDetails"]
client.update_continuous_backups(TableName="sessions", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
table.delete_item(Key={"id": "new"})
client.restore_table_from_backup(TargetTableName="restored", BackupArn=backup["BackupArn"])
wait("table_exists", TableName="restored")
show(sorted(i["id"] for i in dynamodb.Table("restored").scan()["Items"]), sorted(i["id"] for i in table.scan()["Items"]))
show(sorted(i["id"]["S"] for i in boto3.client("dynamodb").execute_statement(Statement='SELECT * FROM "restored" WHERE begins_with(id, ?)', Parameters=[{"S": "n"}])["Items"]))
show([b["BackupName"] for page in client.get_paginator("list_backups").paginate() for b in page["BackupSummaries"]])
for name in ("sessions", "restored"):
    dynamodb.Table(name).delete()
    wait("table_not_exists", TableName=name)
show([t.name for t in dynamodb.tables.all()])
`

async function shown(program: string): Promise<unknown[]> {
  const cloud = await startCloud(["--ephemeral"])
  try {
    const { code, stdout, stderr } = await run("python3", ["-c", program], {
      env: clientEnvironment(cloud.url),
    })
    expect(stderr).toBe("")
    expect(code).toBe(0)
    const lines = stdout.trim().split("\n")
    return lines.map((line) => JSON.parse(line) as unknown)
  } finally {
    await cloud.stop()
  }
}

test.skipIf(!hasBoto3)(
  "boto3's resources: batches, transactions, conditions, pages, and the stream of all of it",
  { timeout: 400_000 },
  async () => {
    const [cancelled, read, ofBranch, pages, batch, ...rest] = await shown(TRANSACTIONS)
    expect(cancelled).toEqual(["ConditionalCheckFailed", "None"])
    // The transaction that was sent twice with one token was done once.
    expect(read).toEqual([30, 120, null])
    expect(ofBranch).toBe(5)
    expect(pages).toEqual([[0, 3, 9], [15, 21], [27]])
    const [first, second, third] = [30, 120, 100].map((balance, i) => ({ at: 3 * i, balance }))
    expect(batch).toEqual([[first, second, third], {}])
    const [refusals, names, balances] = rest
    const conditional = "ConditionalCheckFailedException"
    expect(refusals).toEqual([conditional, "ResourceNotFoundException", "ValidationException"])
    // A batch has 25: of two writes of one item in a batch the writer sends the last.
    expect(names).toEqual({ INSERT: 29, MODIFY: 3 })
    expect(balances).toEqual(["50", "30", "120"])
  },
)

test.skipIf(!hasBoto3)(
  "boto3's tables: time to live, a new index, tags, backups, PartiQL, waiters",
  { timeout: 400_000 },
  async () => {
    const [expired, index, tags, copies, statement, backups, left] = await shown(TABLES)
    const timeToLive = { AttributeName: "until", TimeToLiveStatus: "ENABLED" }
    expect(expired).toEqual([["new", "none"], timeToLive])
    expect(index).toEqual([2, 2])
    expect(tags).toEqual([{ Key: "stage", Value: "test" }])
    expect(copies).toEqual([["new", "none"], ["none"]])
    expect(statement).toEqual(["new", "none"])
    expect([backups, left]).toEqual([["nightly"], []])
  },
)
