import {
  CreateGrantCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListAliasesCommand,
  ListKeyRotationsCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  UpdateKeyDescriptionCommand,
} from "@aws-sdk/client-kms"
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { ACCOUNT, bytes, openKms, OTHER, refusalOf, text } from "../testing/open-kms.ts"

const ALIAS = "alias/aws/sqs"

/** The key that SQS has in the account, after its first use. */
async function openManaged() {
  const kms = await openKms()
  const sqs = kms.cloud.client(SQSClient)
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: "jobs", Attributes: { KmsMasterKeyId: ALIAS } }),
  )
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "secret" }))
  const { KeyMetadata } = await kms.client.send(new DescribeKeyCommand({ KeyId: ALIAS }))
  const KeyId = KeyMetadata?.Arn ?? ""
  return { ...kms, sqs, QueueUrl, KeyId, KeyMetadata }
}

const DENIED = /^AccessDeniedException: .*because no resource-based policy allows/

test("a service's key can be looked at, and changed by nobody", async () => {
  const { client, KeyId, KeyMetadata } = await openManaged()
  expect(KeyMetadata).toMatchObject({
    ...{ KeyManager: "AWS", KeyState: "Enabled", Origin: "AWS_KMS" },
    Description: "Default key that protects my SQS queues when no other key is defined",
  })
  const { Aliases } = await client.send(new ListAliasesCommand({}))
  expect(Aliases).toMatchObject([{ AliasName: ALIAS }])
  const { Policy = "" } = await client.send(new GetKeyPolicyCommand({ KeyId }))
  expect(JSON.parse(Policy)).toMatchObject({ Id: "auto-sqs-2" })
  const changes = [
    new PutKeyPolicyCommand({ KeyId, Policy }),
    new DisableKeyCommand({ KeyId }),
    new ScheduleKeyDeletionCommand({ KeyId }),
    new UpdateKeyDescriptionCommand({ KeyId, Description: "" }),
  ]
  for (const change of changes)
    expect(await refusalOf(client.send(change as DisableKeyCommand))).toMatch(DENIED)
})

test("a service's key is used through the service, and not else", async () => {
  const { client, sqs, QueueUrl, KeyId } = await openManaged()
  const Plaintext = bytes("x")
  expect(await refusalOf(client.send(new EncryptCommand({ KeyId, Plaintext })))).toMatch(DENIED)
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }))
  expect(Messages?.[0]?.Body).toBe("secret")
})

test("KMS-22 a service's key rotates every year, and cannot be kept from it", async () => {
  const { client, cloud, KeyId } = await openManaged()
  const status = await client.send(new GetKeyRotationStatusCommand({ KeyId }))
  expect(status).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 365 })
  expect(await refusalOf(client.send(new DisableKeyRotationCommand({ KeyId })))).toMatch(DENIED)
  await cloud.advance("731d")
  const { Rotations } = await client.send(new ListKeyRotationsCommand({ KeyId }))
  expect(Rotations).toHaveLength(2)
})

test("KMS-28 a service's key lets no other account in", async () => {
  const { client, of, KeyId } = await openManaged()
  const GranteePrincipal = `arn:aws:iam::${OTHER}:root`
  const grant = new CreateGrantCommand({ KeyId, GranteePrincipal, Operations: ["Decrypt"] })
  expect(await refusalOf(client.send(grant))).toMatch(DENIED)
  const look = new DescribeKeyCommand({ KeyId })
  expect(await refusalOf(of({ account: OTHER }).send(look))).toMatch(/^AccessDeniedException: /)
})

test("kms:ViaService ties a key to the service through which it may be used", async () => {
  const { client, cloud, key, sqs, user } = await openManaged()
  const ann = `arn:aws:iam::${ACCOUNT}:user/ann`
  const admin = {
    ...{ Effect: "Allow", Principal: { AWS: "*" }, Action: "kms:*", Resource: "*" },
    Condition: { StringNotEquals: { "aws:PrincipalArn": ann } },
  }
  const viaSqs = {
    ...{ Effect: "Allow", Principal: { AWS: ann }, Resource: "*" },
    Action: ["kms:GenerateDataKey", "kms:Decrypt"],
    Condition: { StringEquals: { "kms:ViaService": "sqs.us-east-1.amazonaws.com" } },
  }
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [admin, viaSqs] })
  const kms = await user("ann", { Effect: "Allow", Action: "sqs:*", Resource: "*" })
  const { KeyId } = await key({ Policy })
  const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext: bytes("x") }))
  const decrypt = new DecryptCommand({ CiphertextBlob })
  expect(await refusalOf(kms.send(decrypt))).toMatch(/^AccessDeniedException: /)
  expect(text((await client.send(decrypt)).Plaintext)).toBe("x")
  const Attributes = { KmsMasterKeyId: KeyId }
  const made = new CreateQueueCommand({ QueueName: "tied", Attributes })
  const { QueueUrl } = await sqs.send(made)
  const credentials = await kms.config.credentials()
  const own = cloud.client(SQSClient, { credentials })
  await own.send(new SendMessageCommand({ QueueUrl, MessageBody: "secret" }))
  const { Messages } = await own.send(new ReceiveMessageCommand({ QueueUrl }))
  expect(Messages?.[0]?.Body).toBe("secret")
})
