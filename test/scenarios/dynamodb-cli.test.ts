import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startCloud, type RunningServer } from "./server.ts"
import { clientEnvironment, hasProgram, run } from "./tools.ts"

const hasAws = hasProgram("aws")
const hasBoto3 = hasProgram("python3", ["-c", "import boto3"])

const PROGRAM = `
import boto3, json
from decimal import Decimal
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary
dynamodb = boto3.resource("dynamodb")
table = dynamodb.create_table(
    TableName="orders",
    KeySchema=[{"AttributeName": "customer", "KeyType": "HASH"}, {"AttributeName": "number", "KeyType": "RANGE"}],
    AttributeDefinitions=[
        {"AttributeName": "customer", "AttributeType": "S"},
        {"AttributeName": "number", "AttributeType": "N"},
        {"AttributeName": "state", "AttributeType": "S"},
    ],
    GlobalSecondaryIndexes=[{
        "IndexName": "by-state",
        "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}, {"AttributeName": "number", "KeyType": "RANGE"}],
        "Projection": {"ProjectionType": "ALL"},
    }],
    BillingMode="PAY_PER_REQUEST",
)
table.wait_until_exists()
with table.batch_writer() as batch:
    for i in range(60):
        batch.put_item(Item={"customer": f"c{i % 3}", "number": i, "state": "open", "total": Decimal("12.50") * i, "raw": b"\\x00\\xff", "tags": {"a", "b"}})
item = table.get_item(Key={"customer": "c1", "number": 1})["Item"]
print(item["total"], sorted(item["tags"]), item["raw"] == Binary(b"\\x00\\xff"))
found = table.query(KeyConditionExpression=Key("customer").eq("c1") & Key("number").between(10, 30), FilterExpression=Attr("total").gt(200))
print([int(i["number"]) for i in found["Items"]], found["Count"], found["ScannedCount"])
updated = table.update_item(
    Key={"customer": "c1", "number": 1}, UpdateExpression="SET #s = :done, history = list_append(if_not_exists(history, :none), :entry) ADD visits :one",
    ConditionExpression=Attr("state").eq("open"), ExpressionAttributeNames={"#s": "state"},
    ExpressionAttributeValues={":done": "done", ":none": [], ":entry": [{"at": 1}], ":one": 1}, ReturnValues="UPDATED_NEW")
print(json.dumps(updated["Attributes"], default=str, sort_keys=True))
try:
    table.put_item(Item={"customer": "c1", "number": 1}, ConditionExpression=Attr("customer").not_exists())
except dynamodb.meta.client.exceptions.ConditionalCheckFailedException as error:
    print(error.response["Error"]["Code"])
numbers = []
pages = dynamodb.meta.client.get_paginator("scan").paginate(TableName="orders", IndexName="by-state", PaginationConfig={"PageSize": 7})
for page in pages:
    numbers += [int(i["number"]) for i in page["Items"]]
print(len(numbers), 1 in numbers, table.query(IndexName="by-state", KeyConditionExpression=Key("state").eq("done"))["Count"])
table.delete()
table.wait_until_not_exists()
print([t.name for t in dynamodb.tables.all()])
`

describe.skipIf(!hasAws && !hasBoto3)(
  "DynamoDB through other clients",
  { timeout: 400_000 },
  () => {
    let cloud: RunningServer
    beforeAll(async () => {
      cloud = await startCloud(["--ephemeral"])
    })
    afterAll(async () => void (await cloud.stop()))

    test.skipIf(!hasBoto3)("boto3's tables: batches, queries, updates, pages", async () => {
      const { code, stdout, stderr } = await run("python3", ["-c", PROGRAM], {
        env: clientEnvironment(cloud.url),
      })
      expect(stderr).toBe("")
      expect(code).toBe(0)
      expect(stdout.trim().split("\n")).toEqual([
        "12.5 ['a', 'b'] True",
        "[19, 22, 25, 28] 4 7",
        '{"history": [{"at": "1"}], "state": "done", "visits": "1"}',
        "ConditionalCheckFailedException",
        "60 True 1",
        "[]",
      ])
    })

    test.skipIf(!hasAws)(
      "the aws CLI makes a table, waits, writes, reads and queries",
      async () => {
        const aws = async (args: string): Promise<Record<string, unknown>> => {
          const { code, stdout, stderr } = await run(
            "aws",
            [
              "--endpoint-url",
              cloud.url,
              "dynamodb",
              ...args.split(" ").map((part) => part.replaceAll("+", " ")),
            ],
            { env: clientEnvironment(cloud.url) },
          )
          expect(stderr).toBe("")
          expect(code).toBe(0)
          return stdout.trim() === "" ? {} : (JSON.parse(stdout) as Record<string, unknown>)
        }
        const created = await aws(
          "create-table --table-name music --billing-mode PAY_PER_REQUEST " +
            "--attribute-definitions AttributeName=artist,AttributeType=S AttributeName=song,AttributeType=S " +
            "--key-schema AttributeName=artist,KeyType=HASH AttributeName=song,KeyType=RANGE",
        )
        expect(created["TableDescription"]).toMatchObject({ TableStatus: "CREATING" })
        await aws("wait table-exists --table-name music")
        const key = '{"artist":{"S":"A"},"song":{"S":"1"}}'
        await aws(
          `put-item --table-name music --item {"artist":{"S":"A"},"song":{"S":"1"},"n":{"N":"1"}}`,
        )
        expect(await aws(`get-item --table-name music --key ${key}`)).toEqual({
          Item: { artist: { S: "A" }, song: { S: "1" }, n: { N: "1" } },
        })
        const add = "--update-expression ADD+n+:one --return-values UPDATED_NEW"
        const one = '--expression-attribute-values {":one":{"N":"41"}}'
        expect(await aws(`update-item --table-name music --key ${key} ${add} ${one}`)).toEqual({
          Attributes: { n: { N: "42" } },
        })
        const found = await aws(
          "query --table-name music --key-condition-expression artist=:a " +
            '--expression-attribute-values {":a":{"S":"A"}} --return-consumed-capacity TOTAL',
        )
        expect(found).toMatchObject({
          Count: 1,
          ScannedCount: 1,
          ConsumedCapacity: { TableName: "music", CapacityUnits: 0.5 },
        })
        await aws(`delete-item --table-name music --key ${key}`)
        expect(await aws("scan --table-name music")).toMatchObject({ Count: 0, Items: [] })
        await aws("delete-table --table-name music")
        expect(await aws("list-tables")).toEqual({ TableNames: [] })
      },
    )
  },
)
