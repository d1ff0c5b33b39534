import { expect, test } from "vitest"
import { startCloud } from "./server.ts"
import { clientEnvironment, hasProgram, run } from "./tools.ts"

const hasBoto3 = hasProgram("python3", ["-c", "import boto3"])

const PROGRAM = `
import boto3, json, threading, time
sqs = boto3.resource("sqs")
queue = sqs.create_queue(QueueName="orders.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"})
for i in range(5):
    queue.send_message(MessageBody=f"order {i}", MessageGroupId="a", MessageAttributes={"n": {"DataType": "Number", "StringValue": str(i)}})
seen = []
while len(seen) < 5:
    for message in queue.receive_messages(MaxNumberOfMessages=2, MessageAttributeNames=["All"]):
        seen.append((message.body, message.message_attributes["n"]["StringValue"]))
        message.delete()
print(json.dumps(seen))

plain = sqs.create_queue(QueueName="plain")
threading.Timer(0.3, lambda: boto3.client("sqs").send_message(QueueUrl=plain.url, MessageBody="wake")).start()
started = time.monotonic()
woken = plain.receive_messages(WaitTimeSeconds=20)
print(json.dumps([[m.body for m in woken], time.monotonic() - started < 10]))

sts = boto3.client("sts")
token = sts.get_session_token()["Credentials"]
session = boto3.Session(token["AccessKeyId"], token["SecretAccessKey"], token["SessionToken"])
print(session.client("sts").get_caller_identity()["Arn"])
try:
    boto3.Session(token["AccessKeyId"], token["SecretAccessKey"]).client("sts").get_caller_identity()
except Exception as error:
    print(error.response["Error"]["Code"])
`

test.skipIf(!hasBoto3)(
  "boto3 works with FIFO queues, long polls and temporary keys",
  { timeout: 400_000 },
  async () => {
    const cloud = await startCloud(["--ephemeral"])
    try {
      const { code, stdout, stderr } = await run("python3", ["-c", PROGRAM], {
        env: clientEnvironment(cloud.url),
      })
      expect(stderr).toBe("")
      expect(code).toBe(0)
      const [orders = "", poll = "", arn, unsigned] = stdout.trim().split("\n")
      expect(JSON.parse(orders)).toEqual([0, 1, 2, 3, 4].map((i) => [`order ${i}`, String(i)]))
      expect(JSON.parse(poll)).toEqual([["wake"], true])
      expect(arn).toBe("arn:aws:iam::000000000000:root")
      expect(unsigned).toBe("InvalidClientTokenId")
    } finally {
      await cloud.stop()
    }
  },
)
