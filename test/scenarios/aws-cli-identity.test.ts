import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startCloud, type RunningServer } from "./server.ts"
import { clientEnvironment, hasProgram, run, type Ran } from "./tools.ts"

interface Keys {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly SessionToken?: string
}

const HERE = "111111111111"
const THERE = "222222222222"
const root = (account: string): Keys => ({ AccessKeyId: account, SecretAccessKey: "test" })
const policy = (...Statement: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement })
const allow = (Action: string | readonly string[], more: object = {}): object => ({
  ...{ Effect: "Allow", Action, Resource: "*" },
  ...more,
})

describe
  .skipIf(!hasProgram("aws"))
  .concurrent("identity by the aws CLI", { timeout: 400_000 }, () => {
    let cloud: RunningServer
    beforeAll(async () => {
      cloud = await startCloud(["--ephemeral"])
    })
    afterAll(async () => void (await cloud.stop()))

    const aws = (keys: Keys, args: readonly string[]): Promise<Ran> => {
      const { AccessKeyId, SecretAccessKey, SessionToken } = keys
      const env = {
        ...clientEnvironment(cloud.url, AccessKeyId),
        AWS_SECRET_ACCESS_KEY: SecretAccessKey,
        ...(SessionToken !== undefined && { AWS_SESSION_TOKEN: SessionToken }),
      }
      return run("aws", ["--endpoint-url", cloud.url, ...args], { env })
    }
    /** `words` are split at blanks, `more` is not. */
    const answer = async (keys: Keys, words: string, ...more: readonly string[]) => {
      const { code, stdout, stderr } = await aws(keys, [...words.split(" "), ...more])
      expect([words, stderr, code]).toEqual([words, "", 0])
      return (stdout.trim() === "" ? {} : JSON.parse(stdout)) as Record<string, unknown>
    }
    const refusal = async (keys: Keys, words: string, ...more: readonly string[]) => {
      const { code, stderr } = await aws(keys, [...words.split(" "), ...more])
      expect([words, code === 0]).toEqual([words, false])
      return stderr.trim()
    }
    async function newUser(account: string, name: string): Promise<Keys> {
      await answer(root(account), `iam create-user --user-name ${name}`)
      const { AccessKey } = await answer(root(account), `iam create-access-key --user-name ${name}`)
      return AccessKey as Keys
    }
    async function assume(keys: Keys, role: string, ...more: readonly string[]): Promise<Keys> {
      const words = `sts assume-role --role-arn ${role} --role-session-name visit`
      return (await answer(keys, words, ...more))["Credentials"] as Keys
    }
    const who = async (keys: Keys): Promise<unknown> =>
      (await answer(keys, "sts get-caller-identity"))["Arn"]

    test("IAM-3 IAM-24 IAM-44 IAM-57 a user may what its group gives, less what is denied and beyond its boundary", async () => {
      const ann = await newUser(HERE, "ann")
      expect(await who(ann)).toBe(`arn:aws:iam::${HERE}:user/ann`)
      const list = "sqs list-queues"
      expect(await refusal({ ...ann, SecretAccessKey: "x" }, list)).toContain(
        "SignatureDoesNotMatch",
      )
      const none = "because no identity-based policy allows the sqs:listqueues action"
      expect((await refusal(ann, list)).toLowerCase()).toContain(none)
      const admin = root(HERE)
      await answer(admin, "iam create-group --group-name devs")
      await answer(admin, "iam add-user-to-group --group-name devs --user-name ann")
      const queues = "arn:aws:iam::aws:policy/AmazonSQSFullAccess"
      await answer(admin, `iam attach-group-policy --group-name devs --policy-arn ${queues}`)
      await answer(ann, list)
      const inline = "iam put-user-policy --user-name ann --policy-name no --policy-document"
      await answer(admin, inline, policy({ ...allow("sqs:ListQueues"), Effect: "Deny" }))
      expect(await refusal(ann, list)).toContain(
        "with an explicit deny in an identity-based policy",
      )
      await answer(admin, "iam delete-user-policy --user-name ann --policy-name no")
      const boundary = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
      const bound = `iam put-user-permissions-boundary --user-name ann --permissions-boundary`
      await answer(admin, bound, boundary)
      expect(await refusal(ann, list)).toContain("because no permissions boundary allows")
      // A boundary gives nothing.
      expect(await refusal(ann, "iam list-users")).toContain("no identity-based policy allows")
    })

    test("IAM-53 IAM-54 both accounts must let a user at the other's queue", async () => {
      const bob = await newUser(HERE, "bob")
      const { QueueUrl } = await answer(root(THERE), "sqs create-queue --queue-name shared")
      const send = `sqs send-message --message-body x --queue-url ${QueueUrl}`
      const put = "iam put-user-policy --user-name bob --policy-name p --policy-document"
      const Resource = `arn:aws:sqs:us-east-1:${THERE}:shared`
      await answer(root(HERE), put, policy(allow("sqs:SendMessage", { Resource })))
      expect(await refusal(bob, send)).toContain("because no resource-based policy allows")
      const Principal = { AWS: `arn:aws:iam::${HERE}:user/bob` }
      const Policy = policy(allow("sqs:SendMessage", { Resource, Principal }))
      const attributes = JSON.stringify({ Policy })
      const set = `sqs set-queue-attributes --queue-url ${QueueUrl} --attributes`
      await answer(root(THERE), set, attributes)
      await answer(bob, send)
      await answer(root(HERE), "iam delete-user-policy --user-name bob --policy-name p")
      expect(await refusal(bob, send)).toContain("because no identity-based policy allows")
    })

    test("a policy names who is there, and nobody who has the name later", async () => {
      const { QueueUrl } = await answer(root(THERE), "sqs create-queue --queue-name named")
      const Resource = `arn:aws:sqs:us-east-1:${THERE}:named`
      const AWS = `arn:aws:iam::${HERE}:user/zoe`
      const Policy = policy(allow("sqs:SendMessage", { Resource, Principal: { AWS } }))
      const set = `sqs set-queue-attributes --queue-url ${QueueUrl} --attributes`
      const attributes = JSON.stringify({ Policy })
      // Of an account in which there is nobody any name is taken.
      await answer(root(HERE), "iam create-user --user-name yan")
      expect(await refusal(root(THERE), set, attributes)).toContain(
        "Invalid value for the parameter Policy.",
      )
      await answer(root(HERE), "iam create-user --user-name zoe")
      await answer(root(THERE), set, attributes)
      await answer(root(HERE), "iam update-user --user-name zoe --new-user-name zora")
      const get = `sqs get-queue-attributes --queue-url ${QueueUrl} --attribute-names Policy`
      const shown = async () =>
        ((await answer(root(THERE), get)) as { Attributes: { Policy: string } }).Attributes.Policy
      expect(await shown()).toBe(Policy.replace("user/zoe", "user/zora"))
      await answer(root(HERE), "iam delete-user --user-name zora")
      await answer(root(HERE), "iam create-user --user-name zora")
      expect(await shown()).toMatch(/"AWS":"AIDA[A-Z2-7]{17}"/)
    })

    test("STS-3 STS-4 STS-6 IAM-30 a role of another account, by external id, with a session policy, and a chain", async () => {
      const eve = await newUser(HERE, "eve")
      const guest = `arn:aws:iam::${THERE}:role/guest`
      const inner = `arn:aws:iam::${THERE}:role/inner`
      const trust = (AWS: string, more: object = {}): string =>
        policy({ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS }, ...more })
      const make = (name: string, document: string) =>
        answer(
          root(THERE),
          `iam create-role --role-name ${name} --assume-role-policy-document`,
          document,
        )
      const external = { Condition: { StringEquals: { "sts:ExternalId": "x-7" } } }
      await make("guest", trust(HERE, external))
      await make("inner", trust(guest))
      const put = (name: string, document: string) =>
        answer(
          root(THERE),
          `iam put-role-policy --role-name ${name} --policy-name p --policy-document`,
          document,
        )
      await put("guest", policy(allow(["sqs:ListQueues", "iam:ListUsers", "sts:AssumeRole"])))
      await put("inner", policy(allow("iam:ListRoles")))
      const ask = `sts assume-role --role-arn ${guest} --role-session-name visit`
      expect(await refusal(eve, `${ask} --external-id x-7`)).toContain("AccessDenied")
      const may = "iam put-user-policy --user-name eve --policy-name p --policy-document"
      await answer(root(HERE), may, policy(allow("sts:AssumeRole", { Resource: guest })))
      expect(await refusal(eve, ask)).toContain("AccessDenied")
      const visit = await assume(eve, guest, "--external-id", "x-7")
      expect(await who(visit)).toBe(`arn:aws:sts::${THERE}:assumed-role/guest/visit`)
      await answer(visit, "sqs list-queues")
      const { SessionToken: _, ...bare } = visit
      expect(await refusal(bare, "sqs list-queues")).toContain("InvalidClientTokenId")
      const less = policy(allow("iam:ListUsers"))
      const held = await assume(eve, guest, "--external-id", "x-7", "--policy", less)
      await answer(held, "iam list-users")
      expect(await refusal(held, "sqs list-queues")).toContain("because no session policy allows")
      const chained = await assume(visit, inner)
      expect(await who(chained)).toBe(`arn:aws:sts::${THERE}:assumed-role/inner/visit`)
      await answer(chained, "iam list-roles")
      expect(await refusal(chained, "iam list-users")).toContain("no identity-based policy allows")
      const long = `sts assume-role --role-arn ${inner} --role-session-name visit --duration-seconds 7200`
      expect(await refusal(visit, long)).toContain("1 hour session limit for roles assumed by role")
    })

    test("IAM-55 the simulator foretells what the calls then answer", async () => {
      const sam = await newUser(HERE, "sam")
      const put = "iam put-user-policy --user-name sam --policy-name p --policy-document"
      const here = { StringEquals: { "aws:RequestedRegion": "us-east-1" } }
      const document = policy(allow("sqs:List*", { Condition: here }), allow("iam:*"), {
        ...allow("iam:ListRoles"),
        Effect: "Deny",
      })
      await answer(root(HERE), put, document)
      const arn = `arn:aws:iam::${HERE}:user/sam`
      const actions = "sqs:ListQueues iam:ListUsers iam:ListRoles sqs:CreateQueue"
      const key = "ContextKeyName=aws:RequestedRegion,ContextKeyType=string,ContextKeyValues"
      const simulate = `iam simulate-principal-policy --policy-source-arn ${arn} --action-names ${actions} --context-entries`
      const decisions = async (region: string): Promise<unknown[]> => {
        const { EvaluationResults } = await answer(root(HERE), simulate, `${key}=${region}`)
        return (EvaluationResults as { EvalDecision: string }[]).map((one) => one.EvalDecision)
      }
      const [east, west] = [await decisions("us-east-1"), await decisions("eu-west-1")]
      expect(east).toEqual(["allowed", "allowed", "explicitDeny", "implicitDeny"])
      expect(west).toEqual(["implicitDeny", "allowed", "explicitDeny", "implicitDeny"])
      await answer(sam, "sqs list-queues")
      expect(await refusal(sam, "sqs list-queues --region eu-west-1")).toContain("AccessDenied")
      expect(await refusal(sam, "sqs create-queue --queue-name q")).toContain("AccessDenied")
      await answer(sam, "iam list-users")
      expect(await refusal(sam, "iam list-roles")).toContain("with an explicit deny in an identity")
    })
  })
