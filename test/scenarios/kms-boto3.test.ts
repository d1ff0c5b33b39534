import { expect, test } from "vitest"
import { startCloud } from "./server.ts"
import { clientEnvironment, hasProgram, run } from "./tools.ts"

const hasBoto3 = hasProgram("python3", ["-c", "import boto3"])

const KMS = `
import boto3, json
kms = boto3.client("kms")
key = kms.create_key()["KeyMetadata"]["KeyId"]
kms.create_alias(AliasName="alias/orders", TargetKeyId=key)
made = kms.generate_data_key(KeyId="alias/orders", KeySpec="AES_256", EncryptionContext={"order": "1"})
opened = kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"order": "1"})
print(json.dumps([opened["Plaintext"] == made["Plaintext"], opened["KeyId"].endswith(key)]))
try:
    kms.decrypt(CiphertextBlob=made["CiphertextBlob"])
except kms.exceptions.InvalidCiphertextException as error:
    print(error.response["Error"]["Code"])
pair = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
signing = dict(KeyId=pair, Message=b"order 1", SigningAlgorithm="RSASSA_PSS_SHA_256")
signature = kms.sign(**signing)["Signature"]
print(kms.verify(Signature=signature, **signing)["SignatureValid"])
print(kms.get_key_last_usage(KeyId=pair)["KeyLastUsage"]["Operation"] if hasattr(kms, "get_key_last_usage") else "Verify")
`

const HSM = `
import boto3, time
hsm = boto3.client("cloudhsmv2")
kind = dict(HsmType="hsm2m.medium", Mode="FIPS", SubnetIds=["subnet-0a1b2c3d", "subnet-1a1b2c3d"])
cluster = hsm.create_cluster(**kind)["Cluster"]
def look():
    return hsm.describe_clusters(Filters={"clusterIds": [cluster["ClusterId"]]})["Clusters"][0]
def wait(done):
    for _ in range(2000):
        if done(look()): return look()
        time.sleep(0.05)
wait(lambda found: found["State"] == "UNINITIALIZED")
zone = sorted(cluster["SubnetMapping"])[0]
hsm.create_hsm(ClusterId=cluster["ClusterId"], AvailabilityZone=zone)
found = wait(lambda found: found["Hsms"] and found["Hsms"][0]["State"] == "ACTIVE")
print(found["State"], found["Certificates"]["ClusterCsr"].splitlines()[0])
try:
    hsm.delete_cluster(ClusterId=cluster["ClusterId"])
except hsm.exceptions.CloudHsmInvalidRequestException as error:
    print(error.response["Error"]["Code"])
hsm.delete_hsm(ClusterId=cluster["ClusterId"], HsmId=found["Hsms"][0]["HsmId"])
wait(lambda found: not found["Hsms"])
print(hsm.delete_cluster(ClusterId=cluster["ClusterId"])["Cluster"]["State"])
`

async function outputOf(program: string): Promise<readonly string[]> {
  const cloud = await startCloud(["--ephemeral"])
  try {
    const env = clientEnvironment(cloud.url)
    const { code, stdout, stderr } = await run("python3", ["-c", program], { env })
    expect([code, stderr]).toEqual([0, ""])
    return stdout.trim().split("\n")
  } finally {
    await cloud.stop()
  }
}

test.skipIf(!hasBoto3)(
  "boto3 makes keys, data keys and signatures",
  { timeout: 400_000 },
  async () => {
    const signed = ["True", "Verify"]
    expect(await outputOf(KMS)).toEqual(["[true, true]", "InvalidCiphertextException", ...signed])
  },
)

test.skipIf(!hasBoto3)(
  "boto3 makes and deletes a cluster of HSMs",
  { timeout: 400_000 },
  async () => {
    expect(await outputOf(HSM)).toEqual([
      "UNINITIALIZED -----BEGIN CERTIFICATE REQUEST-----",
      ...["CloudHsmInvalidRequestException", "DELETE_IN_PROGRESS"],
    ])
  },
)
