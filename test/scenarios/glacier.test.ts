import { GlacierClient, ListVaultsCommand } from "@aws-sdk/client-glacier"
import { describe, expect, onTestFinished, test } from "vitest"
import { start } from "./command-line.ts"
import { hasTerraform, openScenario } from "./terraform-run.ts"
import { clientEnvironment, hasProgram, run } from "./tools.ts"

describe.skipIf(!hasTerraform)("Terraform", { timeout: 900_000 }, () => {
  test("CLOUD-1 makes a vault with policies, a lock and notifications, changes it, and destroys it", async () => {
    const scenario = await openScenario("555555555555", onTestFinished)
    const { apply, plan, destroy } = await scenario.terraform("glacier")
    const client = scenario.client(GlacierClient)
    const vaults = async () =>
      (await client.send(new ListVaultsCommand({ accountId: "-" }))).VaultList?.length
    for (const stage of [1, 2]) {
      expect(await apply({ stage })).toMatchObject({ code: 0 })
      expect(await plan({ stage })).toMatchObject({ code: 0 })
    }
    expect(await vaults()).toBe(1)
    expect(await destroy({ stage: 2 })).toMatchObject({ code: 0 })
    expect(await vaults()).toBe(0)
  })
})

/** Boto3 computes the tree hashes itself, and its resources name accounts as `-`. */
const PROGRAM = `
import boto3, os, urllib.request
glacier = boto3.resource("glacier")
vault = glacier.create_vault(vaultName="films")
data = os.urandom(3 * 1024 * 1024 + 11)
film = vault.upload_archive(archiveDescription="a film", body=data)
job = film.initiate_archive_retrieval()
print(job.status_code, job.action)
clock = urllib.request.Request(os.environ["AWS_ENDPOINT_URL"] + "/_cloudarium/clock", data=b'{"advance": "6h"}', headers={"Content-Type": "application/json"})
urllib.request.urlopen(clock).read()
job.reload()
print(job.status_code, job.get_output()["body"].read() == data)
print(job.get_output(range="bytes=0-1048575")["checksum"] != job.sha256_tree_hash)
film.delete()
upload = vault.initiate_multipart_upload(archiveDescription="two parts", partSize=str(1048576))
from botocore.utils import calculate_tree_hash
import io
upload.upload_part(range="bytes 0-1048575/*", body=data[:1048576])
upload.upload_part(range="bytes 1048576-1048600/*", body=data[1048576:1048601])
whole = data[:1048601]
done = upload.complete(archiveSize=str(len(whole)), checksum=calculate_tree_hash(io.BytesIO(whole)))
print(len(done["archiveId"]), [v.name for v in glacier.vaults.all()])
`

describe.skipIf(!hasProgram("python3", ["-c", "import boto3"]))(
  "boto3",
  { timeout: 400_000 },
  () => {
    test("boto3 keeps archives in vaults, as AWS's customers of before do", async () => {
      const { url } = await start()
      const env = clientEnvironment(url)
      const { code, stdout, stderr } = await run("python3", ["-c", PROGRAM], { env })
      expect([code, stderr]).toEqual([0, ""])
      expect(stdout.trim().split("\n")).toEqual([
        ...["InProgress ArchiveRetrieval", "Succeeded True", "True"],
        "138 ['films']",
      ])
    })
  },
)
