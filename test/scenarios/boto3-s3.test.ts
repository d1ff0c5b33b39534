import { expect, test } from "vitest"
import { startCloud } from "./server.ts"
import { clientEnvironment, hasProgram, run } from "./tools.ts"

const hasBoto3 = hasProgram("python3", ["-c", "import boto3"])

const PROGRAM = `
import boto3, json, urllib.error, urllib.request
from botocore.config import Config

iam = boto3.client("iam")
iam.create_user(UserName="ann")
key = iam.create_access_key(UserName="ann")["AccessKey"]
statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
iam.put_user_policy(UserName="ann", PolicyName="s3", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
session = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"])

def visit(method, url, data=None, headers={}):
    try:
        answer = urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method))
        return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode().split("<Code>")[1].split("<")[0]

def upload(form, data):
    parts = [f'--x\\r\\nContent-Disposition: form-data; name="{name}"\\r\\n\\r\\n{value}\\r\\n' for name, value in form["fields"].items()]
    body = "".join(parts) + '--x\\r\\nContent-Disposition: form-data; name="file"; filename="cat.txt"\\r\\n\\r\\n'
    return visit("POST", form["url"], body.encode() + data + b"\\r\\n--x--\\r\\n", {"content-type": "multipart/form-data; boundary=x"})[0]

for version in [None, "s3v4"]:
    s3 = session.client("s3", config=Config(signature_version=version, s3={"addressing_style": "path"}))
    bucket = "cats-" + (version or "default")
    s3.create_bucket(Bucket=bucket)
    put = s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "a", "ContentType": "text/plain"})
    get = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a"})
    print(json.dumps(["X-Amz-Algorithm" in put, visit("PUT", put, b"meow", {"content-type": "text/plain"}), visit("GET", get), visit("GET", get.replace("/a?", "/b?"))]))
    form = s3.generate_presigned_post(bucket, "up/\${filename}", Conditions=[["content-length-range", 1, 4000000]])
    print(json.dumps([upload(form, b"x" * 3000000), upload(form, b""), s3.head_object(Bucket=bucket, Key="up/cat.txt")["ContentLength"]]))
`

test.skipIf(!hasBoto3)(
  "S3-130 S3-134 boto3's URLs and forms work, signed as it does by default and with Version 4",
  { timeout: 400_000 },
  async () => {
    const cloud = await startCloud(["--ephemeral"])
    try {
      const env = clientEnvironment(cloud.url)
      const { code, stdout, stderr } = await run("python3", ["-c", PROGRAM], { env })
      expect(stderr).toBe("")
      expect(code).toBe(0)
      const lines = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown)
      const url = [
        [200, ""],
        [200, "meow"],
        [403, "SignatureDoesNotMatch"],
      ]
      const form = [204, 400, 3_000_000]
      expect(lines).toEqual([[false, ...url], form, [true, ...url], form])
    } finally {
      await cloud.stop()
    }
  },
)
