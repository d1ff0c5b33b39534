import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  IAMClient,
  ListUsersCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam"
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs"
import {
  AssumeRoleCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  STSClient,
  type Credentials,
} from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { codeAt, stepAt } from "../iam/mfa/totp.ts"
import { ACCOUNT, openSts, refusalOf } from "./testing/open-sts.ts"

const UserName = "alice"
const USER = `arn:aws:iam::${ACCOUNT}:user/${UserName}`
const SerialNumber = `arn:aws:iam::${ACCOUNT}:mfa/phone`
const RoleArn = `arn:aws:iam::${ACCOUNT}:role/Vault`
const WRONG =
  "403 AccessDenied: MultiFactorAuthentication failed with invalid MFA one time pass code. "

const policy = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] })

/** A user with a device, who may do everything in SQS and IAM with it and nothing without. */
async function openDevice(condition: object = { Bool: { "aws:MultiFactorAuthPresent": "true" } }) {
  const sts = await openSts()
  const { cloud } = sts
  const iam = cloud.client(IAMClient)
  await iam.send(new CreateUserCommand({ UserName }))
  const PolicyDocument = policy({
    ...{ Action: ["sqs:*", "iam:*", "sts:GetFederationToken"], Resource: "*" },
    Condition: condition,
  })
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "mfa", PolicyDocument }))
  const { VirtualMFADevice } = await iam.send(
    new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "phone" }),
  )
  const seed = Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString()
  const code = (off = 0) => codeAt(seed, stepAt(cloud.now().getTime()) + off)
  await iam.send(
    new EnableMFADeviceCommand({
      ...{ UserName, SerialNumber },
      ...{ AuthenticationCode1: code(-1), AuthenticationCode2: code() },
    }),
  )
  // A code works once: time goes on until the device shows another one.
  await cloud.advance("60s")
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  const keys = {
    AccessKeyId: AccessKey?.AccessKeyId,
    SecretAccessKey: AccessKey?.SecretAccessKey,
  } as Credentials
  const credentials = ({ AccessKeyId, SecretAccessKey, SessionToken }: Credentials) => ({
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(SessionToken !== undefined && { sessionToken: SessionToken }),
  })
  const user = cloud.client(STSClient, { credentials: credentials(keys) })
  return {
    ...{ ...sts, iam, keys, code, user },
    lists: (by: Credentials | undefined) =>
      refusalOf(
        cloud
          .client(SQSClient, { credentials: credentials(by as Credentials) })
          .send(new ListQueuesCommand({})),
      ),
    listsUsers: (by: Credentials | undefined) =>
      refusalOf(
        cloud
          .client(IAMClient, { credentials: credentials(by as Credentials) })
          .send(new ListUsersCommand({})),
      ),
    session: async (TokenCode?: string) =>
      (
        await user.send(
          new GetSessionTokenCommand(TokenCode === undefined ? {} : { SerialNumber, TokenCode }),
        )
      ).Credentials,
  }
}

test("IAM-17 what demands MFA is done with a session that was made with a code", async () => {
  const { lists, listsUsers, keys, session, code } = await openDevice()
  expect(await lists(keys)).toMatch(/^403 AccessDenied: /)
  expect(await lists(await session())).toMatch(/^403 AccessDenied: /)
  const proven = await session(code())
  expect(await lists(proven)).toBe("no refusal")
  expect(await listsUsers(proven)).toBe("no refusal")
})

test("a code works once, and must be the one that the device shows", async () => {
  const { session, code, cloud } = await openDevice()
  const shown = code()
  await session(shown)
  expect(await refusalOf(session(shown))).toBe(WRONG)
  expect(await refusalOf(session("000000"))).toBe(WRONG)
  await cloud.advance("30s")
  expect(await refusalOf(session(code()))).toBe("no refusal")
  await cloud.advance("10m")
  expect(await refusalOf(session(shown))).toBe(WRONG)
})

test("IAM-17 how long ago the code was shown can be limited", async () => {
  const { lists, session, code, cloud } = await openDevice({
    NumericLessThan: { "aws:MultiFactorAuthAge": "300" },
  })
  const proven = await session(code())
  expect(await lists(proven)).toBe("no refusal")
  await cloud.advance("299s")
  expect(await lists(proven)).toBe("no refusal")
  await cloud.advance("1s")
  expect(await lists(proven)).toMatch(/^403 AccessDenied: /)
})

test("IAM-17 a role that demands MFA is assumed with a code, whose session knows nothing of it", async () => {
  const { iam, user, code, lists, cloud, as, session } = await openDevice()
  await iam.send(
    new CreateRoleCommand({
      RoleName: "Vault",
      AssumeRolePolicyDocument: policy({
        ...{ Action: "sts:AssumeRole", Principal: { AWS: USER } },
        Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
      }),
    }),
  )
  const may = (Condition: object) =>
    iam.send(
      new PutRolePolicyCommand({
        ...{ RoleName: "Vault", PolicyName: "p" },
        PolicyDocument: policy({ Action: "sqs:*", Resource: "*", Condition }),
      }),
    )
  const assume = (more: object = {}) =>
    user.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "work", ...more }))
  expect(await refusalOf(assume())).toMatch(/^403 AccessDenied: User: .*sts:AssumeRole on/)
  expect(await refusalOf(assume({ SerialNumber, TokenCode: "000000" }))).toBe(WRONG)
  const TokenCode = code()
  const { Credentials: keys } = await assume({ SerialNumber, TokenCode })
  expect(await refusalOf(assume({ SerialNumber, TokenCode }))).toBe(WRONG)
  await may({})
  expect(await lists(keys)).toBe("no refusal")
  await may({ Bool: { "aws:MultiFactorAuthPresent": "true" } })
  expect(await lists(keys)).toMatch(/^403 AccessDenied: /)
  // The keys of a session that was made with a code open the role, too.
  await cloud.advance("60s")
  const proven = as(await session(code()))
  const again = new AssumeRoleCommand({ RoleArn, RoleSessionName: "work" })
  expect(await refusalOf(proven.send(again))).toBe("no refusal")
})

test("IAM does not know sessions without MFA, nor those of federated users", async () => {
  const { session, listsUsers, user, code } = await openDevice({})
  const unknown = /^403 InvalidClientTokenId: The security token included in the request is invalid/
  expect(await listsUsers(await session())).toMatch(unknown)
  expect(await listsUsers(await session(code()))).toBe("no refusal")
  const Policy = policy({ Action: "*", Resource: "*" })
  const federated = await user.send(new GetFederationTokenCommand({ Name: "bob", Policy }))
  expect(await listsUsers(federated.Credentials)).toMatch(unknown)
})
