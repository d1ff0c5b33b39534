import { CreateVirtualMFADeviceCommand, EnableMFADeviceCommand } from "@aws-sdk/client-iam"
import { GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { policy } from "../testing/documents.ts"
import { openUser } from "../testing/open-user.ts"
import { codeAt, stepAt } from "./totp.ts"

test("IAM-17 a policy demands MFA, and a session that was opened with a code has it", async () => {
  const { client, cloud, keys, may, listsQueues, userName: UserName } = await openUser()
  const Condition = { Bool: { "aws:MultiFactorAuthPresent": "true" } }
  await may(policy({ Effect: "Allow", Action: "sqs:*", Resource: "*", Condition }))
  const { VirtualMFADevice } = await client.send(
    new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "phone" }),
  )
  const { SerialNumber = "", Base32StringSeed = [] } = VirtualMFADevice ?? {}
  const seed = Buffer.from(Base32StringSeed).toString()
  const code = (off = 0) => codeAt(seed, stepAt(cloud.now().getTime()) + off)
  await client.send(
    new EnableMFADeviceCommand({
      ...{ UserName, SerialNumber, AuthenticationCode1: code(-1), AuthenticationCode2: code() },
    }),
  )
  expect(await listsQueues()).toContain("no identity-based policy")
  await cloud.advance("1m")
  const sts = cloud.client(STSClient, { credentials: keys })
  const session = async (input: object) => {
    const { Credentials } = await sts.send(new GetSessionTokenCommand(input))
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken } = Credentials ?? {}
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    }
  }
  expect(await listsQueues(await session({}))).toContain("no identity-based policy")
  expect(await listsQueues(await session({ SerialNumber, TokenCode: code() }))).toBe("yes")
})
