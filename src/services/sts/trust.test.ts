import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam"
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs"
import { AssumeRoleCommand, STSClient, type AssumeRoleCommandInput } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { resourcePolicyDecider } from "../../iam/resource-policy-decider.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import { callBy, ROOT } from "./testing/call.ts"
import { ACCOUNT, openSts, refusalOf, secondsLeft } from "./testing/open-sts.ts"
import { assumeRequests } from "./trust.ts"

const RoleName = "Worker"
const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${RoleName}`
const USER = `arn:aws:iam::${ACCOUNT}:user/bob`
const OTHER = "210987654321"

const policy = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] })
const trusting = (AWS: string, Condition: object = {}): string =>
  policy({ Action: "sts:AssumeRole", Principal: { AWS }, Condition })

/** A role with that trust policy, and a user in an account. */
async function openRole(trust: string, account = ACCOUNT) {
  const opened = await openSts()
  const { cloud } = opened
  const iam = cloud.client(IAMClient)
  const input = { RoleName, AssumeRolePolicyDocument: trust, MaxSessionDuration: 7200 }
  await iam.send(new CreateRoleCommand(input))
  const root = { credentials: { accessKeyId: account, secretAccessKey: "test" } }
  const there = cloud.client(IAMClient, root)
  await there.send(new CreateUserCommand({ UserName: "bob" }))
  const { AccessKey } = await there.send(new CreateAccessKeyCommand({ UserName: "bob" }))
  const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "" } = AccessKey ?? {}
  const sts = cloud.client(STSClient, { credentials: { accessKeyId, secretAccessKey } })
  const PolicyName = "p"
  return {
    ...opened,
    iam,
    mayAssume: () =>
      there.send(
        new PutUserPolicyCommand({
          UserName: "bob",
          PolicyName,
          PolicyDocument: policy({ Action: "sts:AssumeRole", Resource: RoleArn }),
        }),
      ),
    roleMay: (Action: string) =>
      iam.send(
        new PutRolePolicyCommand({
          RoleName,
          PolicyName,
          PolicyDocument: policy({ Action, Resource: "*" }),
        }),
      ),
    bob: async (more: Partial<AssumeRoleCommandInput> = {}) => {
      const request = { RoleArn, RoleSessionName: "work", ...more }
      return (await sts.send(new AssumeRoleCommand(request))).Credentials
    },
    lists: (keys: Awaited<ReturnType<typeof opened.assume>> | undefined) =>
      refusalOf(
        cloud
          .client(SQSClient, {
            credentials: {
              accessKeyId: keys?.AccessKeyId ?? "",
              secretAccessKey: keys?.SecretAccessKey ?? "",
              sessionToken: keys?.SessionToken,
            },
          })
          .send(new ListQueuesCommand({})),
      ),
  }
}

test("IAM-27 the trust policy says who may assume a role", async () => {
  const named = await openRole(trusting(USER))
  expect(await refusalOf(named.bob())).toBe("no refusal")
  const stranger = await openRole(trusting(`arn:aws:iam::${ACCOUNT}:user/carol`))
  await stranger.mayAssume()
  expect(await refusalOf(stranger.bob())).toMatch(
    new RegExp(`^403 AccessDenied: User: ${USER} is not authorized to perform: sts:AssumeRole on`),
  )
})

test("a role that trusts its account leaves it to the caller's own policies", async () => {
  const { bob, mayAssume } = await openRole(trusting(ACCOUNT))
  expect(await refusalOf(bob())).toMatch(/^403 AccessDenied: /)
  await mayAssume()
  expect(await refusalOf(bob())).toBe("no refusal")
})

test("STS-4 between accounts both the trust policy and the caller's policies must allow", async () => {
  const trusted = await openRole(trusting(`arn:aws:iam::${OTHER}:user/bob`), OTHER)
  expect(await refusalOf(trusted.bob())).toMatch(/^403 AccessDenied: /)
  await trusted.mayAssume()
  expect(await refusalOf(trusted.bob())).toBe("no refusal")
  const untrusted = await openRole(trusting(ACCOUNT), OTHER)
  await untrusted.mayAssume()
  expect(await refusalOf(untrusted.bob())).toMatch(/^403 AccessDenied: /)
})

test("STS-6 a role that demands an external id is not assumed without it", async () => {
  const { bob } = await openRole(trusting(USER, { StringEquals: { "sts:ExternalId": "partner" } }))
  expect(await refusalOf(bob())).toMatch(/^403 AccessDenied: /)
  expect(await refusalOf(bob({ ExternalId: "other" }))).toMatch(/^403 AccessDenied: /)
  expect(await refusalOf(bob({ ExternalId: "partner" }))).toBe("no refusal")
})

test("STS-3 a session has the role's permissions and none of the caller's", async () => {
  const { bob, lists, roleMay, iam } = await openRole(trusting(USER))
  const keys = await bob()
  expect(await lists(keys)).toBe(
    `403 AccessDenied: User: arn:aws:sts::${ACCOUNT}:assumed-role/Worker/work is not authorized to perform: sqs:ListQueues because no identity-based policy allows the sqs:ListQueues action`,
  )
  await roleMay("sqs:*")
  expect(await lists(keys)).toBe("no refusal")
  const limited = await bob({ Policy: policy({ Action: "iam:*", Resource: "*" }) })
  expect(await lists(limited)).toMatch(/no session policy allows/)
  await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: "p" }))
  await iam.send(new DeleteRoleCommand({ RoleName }))
  expect(await lists(keys)).toMatch(/^403 AccessDenied: /)
})

test("STS-5 a session lasts at most as long as the role says", async () => {
  const { bob, cloud } = await openRole(trusting(USER))
  expect(secondsLeft(cloud, await bob({ DurationSeconds: 7200 }))).toBe(7200)
  expect(await refusalOf(bob({ DurationSeconds: 7201 }))).toBe(
    "400 ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
  )
})

test("a role that is not there trusts nobody in a strict cloud, and everybody in an open one", () => {
  const noRoles = { now: 0, get: () => undefined } as unknown as ReadTx
  const input = { RoleArn, RoleSessionName: "work" }
  const allowed = (strict: boolean): boolean[] =>
    assumeRequests(noRoles, input, { ...callBy(ROOT, "AssumeRole"), strict }).map((request) => {
      const where = { region: "us-east-1", sourceIp: "127.0.0.1", secure: false }
      return resourcePolicyDecider()(noRoles, { principal: ROOT, request, ...where }).allowed
    })
  expect(allowed(true)).toEqual([false])
  expect(allowed(false)).toEqual([true])
})
