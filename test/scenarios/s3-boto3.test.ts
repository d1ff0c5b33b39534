import { expect, test } from "vitest"
import { removeFolder, startCloud } from "./server.ts"
import { clientEnvironment, hasProgram, run } from "./tools.ts"

const hasBoto3 = hasProgram("python3", ["-c", "import boto3"])

/** The transfer manager splits at 8 MB: three parts up, three ranges down, and a copy by parts. */
const PROGRAM = `
import boto3, hashlib, io, json, os, tempfile
from boto3.s3.transfer import TransferConfig
s3 = boto3.client("s3")
s3.create_bucket(Bucket="films")
folder = tempfile.mkdtemp()
path = os.path.join(folder, "film")
data = os.urandom(20 * 1024 * 1024 + 7)
with open(path, "wb") as file:
    file.write(data)
s3.upload_file(path, "films", "film", ExtraArgs={"Metadata": {"year": "1927"}, "StorageClass": "STANDARD_IA"})
head = s3.head_object(Bucket="films", Key="film", ChecksumMode="ENABLED")
print(json.dumps([head["ETag"][-3:-1], head["ContentLength"], head["Metadata"], head["StorageClass"], head["ChecksumType"]]))
back = path + "-back"
s3.download_file("films", "film", back)
print(open(back, "rb").read() == data)
s3.copy({"Bucket": "films", "Key": "film"}, "films", "copies/film", Config=TransferConfig(multipart_threshold=8 * 1024 * 1024))
print(s3.get_object(Bucket="films", Key="copies/film")["Body"].read() == data)
part = s3.get_object(Bucket="films", Key="film", PartNumber=2)
print(json.dumps([part["PartsCount"], part["ContentLength"]]))
buffer = io.BytesIO()
s3.download_fileobj("films", "film", buffer, Config=TransferConfig(max_concurrency=4))
print(hashlib.md5(buffer.getvalue()).hexdigest() == hashlib.md5(data).hexdigest())
s3.put_bucket_versioning(Bucket="films", VersioningConfiguration={"Status": "Enabled"})
first = s3.put_object(Bucket="films", Key="note", Body=b"one")["VersionId"]
s3.put_object(Bucket="films", Key="note", Body=b"two")
s3.delete_object(Bucket="films", Key="note")
versions = boto3.resource("s3").Bucket("films").object_versions
print([v.size for v in versions.filter(Prefix="note")])
print(s3.get_object(Bucket="films", Key="note", VersionId=first)["Body"].read().decode())
print(s3.list_multipart_uploads(Bucket="films").get("Uploads", []))
`

test.skipIf(!hasBoto3)(
  "S3-62 S3-66 boto3's transfer manager uploads, downloads and copies 20 MB in parts",
  { timeout: 400_000 },
  async () => {
    const cloud = await startCloud()
    try {
      const { code, stdout, stderr } = await run("python3", ["-c", PROGRAM], {
        env: clientEnvironment(cloud.url),
      })
      expect(stderr).toBe("")
      expect(code).toBe(0)
      const [head = "", ...rest] = stdout.trim().split("\n")
      expect(JSON.parse(head)).toEqual([
        "-3",
        20 * 1024 * 1024 + 7,
        { year: "1927" },
        "STANDARD_IA",
        "COMPOSITE",
      ])
      const length = 8 * 1024 * 1024
      const bytes = ["True", "True", `[3, ${length}]`, "True"]
      expect(rest).toEqual([...bytes, "[3, 3, None]", "one", "[]"])
    } finally {
      await cloud.stop()
      removeFolder(cloud.data)
    }
  },
)
