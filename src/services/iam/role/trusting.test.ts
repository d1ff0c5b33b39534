import {
  CreateRoleCommand,
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  GetAccountAuthorizationDetailsCommand,
  GetRoleCommand,
  IAMClient,
  ListRolesCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam"
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { newUser, policyOf, type Keys } from "../../../gateway/testing/identity.ts"
import { createTestWorld } from "../../../kernel/testing/test-world.ts"
import { nameKey } from "../names.ts"
import { identityTables } from "../port.ts"
import { ACCOUNT, openIam, refusalOf } from "../testing/open-iam.ts"
import { roles, type Role } from "./role.ts"
import { settleTrusts, trustings } from "./trusting.ts"

const OTHER = "222222222222"
const RoleName = "Worker"
const ANN = `arn:aws:iam::${OTHER}:user/ann`
const trusting = (AWS: string | string[]) => ({ Action: "sts:AssumeRole", Principal: { AWS } })
const MAY = { Action: "sts:AssumeRole", Resource: "*" }

const MALFORMED = "400 MalformedPolicyDocument: Invalid principal in policy: "

/** A role, and of the other account the users ann and bob, who may assume it. */
async function openTrust() {
  const { client, cloud } = await openIam()
  const there = cloud.client(IAMClient, {
    credentials: { accessKeyId: OTHER, secretAccessKey: "test" },
  })
  const AssumeRolePolicyDocument = policyOf(trusting(OTHER))
  await client.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${RoleName}`
  return {
    ...{ client, there },
    ann: await newUser(there, "ann", MAY),
    bob: await newUser(there, "bob", MAY),
    trust: (...statements: object[]) =>
      client.send(
        new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: policyOf(...statements) }),
      ),
    assume: (credentials: Keys) =>
      refusalOf(
        cloud
          .client(STSClient, { credentials })
          .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "work" })),
      ),
    /** Whom the role's policy names, as all that show it say. */
    async named() {
      const { Role } = await client.send(new GetRoleCommand({ RoleName }))
      const { Roles } = await client.send(new ListRolesCommand({}))
      const text = Role?.AssumeRolePolicyDocument ?? ""
      expect(Roles?.find((one) => one.RoleName === RoleName)?.AssumeRolePolicyDocument).toBe(text)
      const { RoleDetailList } = await client.send(new GetAccountAuthorizationDetailsCommand({}))
      const detail = RoleDetailList?.find((one) => one.RoleName === RoleName)
      expect(detail?.AssumeRolePolicyDocument).toBe(text)
      const { Statement } = JSON.parse(decodeURIComponent(text)) as {
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

test("a role trusts only who is there", async () => {
  const { client, trust } = await openTrust()
  const nobody = `arn:aws:iam::${OTHER}:user/nobody`
  const AssumeRolePolicyDocument = policyOf(trusting([ANN, nobody]))
  const create = new CreateRoleCommand({ RoleName: "Other", AssumeRolePolicyDocument })
  expect(await refusalOf(client.send(create))).toBe(`${MALFORMED}"AWS":"${nobody}"`)
  expect(await refusalOf(trust(trusting(`arn:aws:iam::${ACCOUNT}:role/Nobody`)))).toBe(
    `${MALFORMED}"AWS":"arn:aws:iam::${ACCOUNT}:role/Nobody"`,
  )
  const service = { ...trusting(OTHER), Principal: { Service: "tagging.amazonaws.com" } }
  expect(await refusalOf(trust(service))).toBe(`${MALFORMED}"SERVICE":"tagging.amazonaws.com"`)
  await trust(trusting(`arn:aws:iam::${ACCOUNT}:role/${RoleName}`))
})

test("a role that trusts a user trusts nobody who has the user's name later", async () => {
  const { there, ann, bob, trust, assume, named, remove } = await openTrust()
  await trust(
    trusting([ANN, `arn:aws:iam::${OTHER}:user/bob`]),
    // What a condition says of an ARN stays as it is.
    { ...trusting(ANN), Condition: { ArnEquals: { "aws:PrincipalArn": ANN } } },
  )
  expect(await assume(ann.credentials)).toBe("no refusal")
  await remove("ann", ann.credentials)
  const gone = expect.stringMatching(/^AIDA[A-Z0-9]{17}$/) as string
  expect(await named()).toEqual([[gone, `arn:aws:iam::${OTHER}:user/bob`], gone])
  const again = await newUser(there, "ann", MAY)
  expect(await assume(again.credentials)).toMatch(/AccessDenied/)
  expect(await assume(bob.credentials)).toBe("no refusal")
})

test("a role that trusts a role trusts no other of its name", async () => {
  const { client, trust, named } = await openTrust()
  const caller = { RoleName: "Caller", AssumeRolePolicyDocument: policyOf(trusting(ACCOUNT)) }
  await client.send(new CreateRoleCommand(caller))
  const arn = `arn:aws:iam::${ACCOUNT}:role/Caller`
  await trust(trusting(arn))
  expect(await named()).toEqual([arn])
  await client.send(new DeleteRoleCommand({ RoleName: "Caller" }))
  await client.send(new CreateRoleCommand(caller))
  expect(await named()).toEqual([expect.stringMatching(/^AROA/)])
})

test("a user who is renamed stays trusted, and the policy follows", async () => {
  const { there, ann, trust, assume, named } = await openTrust()
  await trust(trusting(ANN))
  await there.send(
    new UpdateUserCommand({ UserName: "ann", NewUserName: "anna", NewPath: "/eng/" }),
  )
  expect(await named()).toEqual([`arn:aws:iam::${OTHER}:user/eng/anna`])
  expect(await assume(ann.credentials)).toBe("no refusal")
})

test("what a data folder of before trusts by ARN, it trusts by unique id once that ARN is lost", async () => {
  const { world } = createTestWorld()
  world.register(identityTables)
  world.start()
  const place = { account: ACCOUNT, name: RoleName }
  const role: Role = {
    ...{ ...place, partition: "aws", path: "/", id: "AROAWORKER", createdMs: 0, tags: [] },
    ...{ trust: policyOf(trusting([ANN, OTHER])), maxSessionSeconds: 3_600 },
  }
  await world.write((tx) => {
    tx.insert(roles, role)
    tx.put(trustings, { ...place, arn: ANN })
    settleTrusts(tx, `${ANN}a`, "AIDAOTHER")
    settleTrusts(tx, ANN, "AIDAANN")
    settleTrusts(tx, ANN, "AIDALATER")
  })
  const found = await world.read((tx) => tx.get(roles, [ACCOUNT, nameKey(RoleName)]))
  expect(found?.trust).toBe(policyOf(trusting(["AIDAANN", OTHER])))
})
