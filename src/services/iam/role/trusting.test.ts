import {
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  GetRoleCommand,
  IAMClient,
  UpdateAssumeRolePolicyCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam"
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { newUser, policyOf, type Keys } from "../../../gateway/testing/identity.ts"
import { ACCOUNT, openIam, refusalOf } from "../testing/open-iam.ts"

const OTHER = "222222222222"
const RoleName = "Worker"
const ANN = `arn:aws:iam::${OTHER}:user/ann`
const trusting = (AWS: string | string[]) => ({ Action: "sts:AssumeRole", Principal: { AWS } })
const MAY = { Action: "sts:AssumeRole", Resource: "*" }

async function openTrust(...statements: object[]) {
  const { client, cloud } = await openIam()
  const there = cloud.client(IAMClient, {
    credentials: { accessKeyId: OTHER, secretAccessKey: "test" },
  })
  const AssumeRolePolicyDocument = policyOf(...statements)
  await client.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${RoleName}`
  return {
    ...{ client, there },
    assume: (credentials: Keys) =>
      refusalOf(
        cloud
          .client(STSClient, { credentials })
          .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "work" })),
      ),
    /** Whom the role's policy names. */
    async named() {
      const { Role } = await client.send(new GetRoleCommand({ RoleName }))
      const document = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")
      const { Statement } = JSON.parse(document) as {
        Statement: { Principal: { AWS: string | string[] } }[]
      }
      return Statement.map(({ Principal }) => Principal.AWS)
    },
    async remove(UserName: string, { accessKeyId: AccessKeyId }: Keys) {
      await there.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }))
      await there.send(new DeleteUserPolicyCommand({ UserName, PolicyName: "p" }))
      await there.send(new DeleteUserCommand({ UserName }))
    },
  }
}

test("a role that trusts a user trusts nobody who has the user's name later", async () => {
  const { there, assume, named, remove } = await openTrust(
    trusting([ANN, `arn:aws:iam::${OTHER}:user/bob`]),
    // What a condition says of an ARN stays as it is.
    { ...trusting(ANN), Condition: { ArnEquals: { "aws:PrincipalArn": ANN } } },
  )
  const { credentials } = await newUser(there, "ann", MAY)
  expect(await assume(credentials)).toBe("no refusal")
  await remove("ann", credentials)
  const gone = expect.stringMatching(/^AIDA[A-Z0-9]{17}$/) as string
  expect(await named()).toEqual([[gone, `arn:aws:iam::${OTHER}:user/bob`], gone])
  const again = await newUser(there, "ann", MAY)
  expect(await assume(again.credentials)).toMatch(/AccessDenied/)
  const bob = await newUser(there, "bob", MAY)
  expect(await assume(bob.credentials)).toBe("no refusal")
})

test("a role that trusts a role trusts no other of its name", async () => {
  const { client, named } = await openTrust(trusting(`arn:aws:iam::${ACCOUNT}:role/Caller`))
  const caller = { RoleName: "Caller", AssumeRolePolicyDocument: policyOf(trusting(ACCOUNT)) }
  await client.send(new CreateRoleCommand(caller))
  await client.send(new DeleteRoleCommand({ RoleName: "Caller" }))
  expect(await named()).toEqual([expect.stringMatching(/^AROA/)])
})

test("a user who is renamed stays trusted, and the policy follows", async () => {
  const { there, assume, named } = await openTrust(trusting(ANN))
  const { credentials } = await newUser(there, "ann", MAY)
  await there.send(
    new UpdateUserCommand({ UserName: "ann", NewUserName: "anna", NewPath: "/eng/" }),
  )
  expect(await named()).toEqual([`arn:aws:iam::${OTHER}:user/eng/anna`])
  expect(await assume(credentials)).toBe("no refusal")
})

test("a new trust policy begins anew, and one that is gone is not looked for", async () => {
  const { client, there, named } = await openTrust(trusting(ANN))
  await there.send(new CreateUserCommand({ UserName: "ann" }))
  const PolicyDocument = policyOf(trusting(OTHER))
  await client.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }))
  await there.send(new DeleteUserCommand({ UserName: "ann" }))
  expect(await named()).toEqual([OTHER])
  await client.send(new DeleteRoleCommand({ RoleName }))
  await there.send(new CreateUserCommand({ UserName: "ann" }))
  await there.send(new DeleteUserCommand({ UserName: "ann" }))
})
