import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import {
  CreateAccessKeyCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam"
import { removeFolder, startCloud, type RunningServer } from "./server.ts"
import { clientEnvironment, hasProgram, run, type Ran } from "./tools.ts"

const FIRST = "arn:aws:iam::111111111111:role/First"
const SECOND = "arn:aws:iam::222222222222:role/Second"
const CI = "arn:aws:iam::111111111111:role/Ci"
const ALICE = "arn:aws:iam::000000000000:user/alice"

const policy = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", ...statement } })

/** Whoever calls, by boto3's own resolution of credentials. */
const WHO_AM_I = 'import boto3; print(boto3.client("sts").get_caller_identity()["Arn"])'

describe("roles of profiles", { timeout: 400_000 }, () => {
  let cloud: RunningServer
  let folder: string
  beforeAll(async () => {
    cloud = await startCloud(["--ephemeral"])
    folder = mkdtempSync(join(tmpdir(), "cloudarium-sts-"))
    await prepare(cloud, folder)
  })
  afterAll(async () => {
    await cloud.stop()
    removeFolder(folder)
  })

  const environment = (profile: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => {
    const {
      AWS_ACCESS_KEY_ID: _id,
      AWS_SECRET_ACCESS_KEY: _secret,
      ...rest
    } = clientEnvironment(cloud.url)
    return {
      ...{ ...rest, HOME: folder, AWS_PROFILE: profile },
      AWS_CONFIG_FILE: join(folder, "config"),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, "credentials"),
      ...more,
    }
  }
  const aws = (profile: string, args = "sts get-caller-identity"): Promise<Ran> =>
    run("aws", ["--endpoint-url", cloud.url, ...args.split(" ")], { env: environment(profile) })
  const boto3 = (profile: string, program = WHO_AM_I): Promise<Ran> =>
    run("python3", ["-c", program], { env: environment(profile) })

  const session = (role: string): RegExp =>
    new RegExp(`${role.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")}/`)

  describe.skipIf(!hasProgram("aws"))("of the aws CLI", () => {
    test("STS-4 a profile with a source profile acts in a role of another account", async () => {
      expect((await aws("alice")).stdout).toContain(ALICE)
      const { stdout, stderr } = await aws("first")
      expect(stderr).toBe("")
      expect(stdout).toMatch(session(FIRST))
      expect(JSON.parse(stdout)).toMatchObject({ Account: "111111111111" })
    })

    test("STS-6 a profile whose source is another role chains them, with its external id", async () => {
      const { stdout, stderr } = await aws("second")
      expect(stderr).toBe("")
      expect(stdout).toMatch(session(SECOND))
      expect((await aws("second-without-id")).stderr).toMatch(
        /AccessDenied.*not authorized to perform: sts:AssumeRole on resource: .*role\/Second/,
      )
    })

    test("IAM-34 a profile with a token's file needs no keys at all", async () => {
      const { stdout, stderr } = await aws("ci")
      expect(stderr).toBe("")
      expect(stdout).toMatch(session(CI))
      expect((await aws("forged")).stderr).toContain("InvalidIdentityToken")
    })
  })

  describe.skipIf(!hasProgram("python3", ["-c", "import boto3"]))("of boto3", () => {
    test("STS-4 IAM-34 profiles, chains and token files give the roles' sessions", async () => {
      for (const [profile, role] of [
        ["first", FIRST],
        ["second", SECOND],
        ["ci", CI],
      ] as const) {
        const { stdout, stderr } = await boto3(profile)
        expect(stderr).toBe("")
        expect(stdout).toMatch(session(role))
      }
    })

    test("a token of AWS is proven by the keys that the issuer's documents lead to", async () => {
      const program = `
import boto3, base64, json, urllib.request, os
issuer = boto3.client("iam").enable_outbound_web_identity_federation()["IssuerIdentifier"]
answer = boto3.client("sts").get_web_identity_token(Audience=["https://api.example.com"], SigningAlgorithm="ES384")
header, claims = [json.loads(base64.urlsafe_b64decode(part + "==")) for part in answer["WebIdentityToken"].split(".")[:2]]
assert claims["iss"] == issuer
here = lambda url: json.load(urllib.request.urlopen(url.replace("https://", "http://")))
found = here(issuer + "/.well-known/openid-configuration")
assert found["issuer"] == issuer
keys = {key["kid"]: key["alg"] for key in here(found["jwks_uri"])["keys"]}
print(keys[header["kid"]], claims["sub"])
`
      const { stdout, stderr } = await boto3("root", program)
      expect(stderr).toBe("")
      expect(stdout.trim()).toBe("ES384 arn:aws:iam::000000000000:root")
    })
  })
})

/** A user, roles in two other accounts, an issuer and its token, and the profiles for all of them. */
async function prepare({ url }: RunningServer, folder: string): Promise<void> {
  const iam = (account: string): IAMClient =>
    new IAMClient({
      ...{ endpoint: url, region: "us-east-1" },
      credentials: { accessKeyId: account, secretAccessKey: "test" },
    })
  const [home, first, second] = ["000000000000", "111111111111", "222222222222"].map(iam) as [
    IAMClient,
    IAMClient,
    IAMClient,
  ]
  const assume = (Principal: object, more: object = {}): string =>
    policy({ Action: "sts:AssumeRole", Principal, ...more })
  const may = (Resource: string): string => policy({ Action: "sts:AssumeRole", Resource })
  const UserName = "alice"
  await home.send(new CreateUserCommand({ UserName }))
  await home.send(
    new PutUserPolicyCommand({ UserName, PolicyName: "p", PolicyDocument: may(FIRST) }),
  )
  const { AccessKey } = await home.send(new CreateAccessKeyCommand({ UserName }))
  const role = (RoleName: string, AssumeRolePolicyDocument: string) =>
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument })
  await first.send(role("First", assume({ AWS: ALICE })))
  await first.send(
    new PutRolePolicyCommand({
      ...{ RoleName: "First", PolicyName: "p" },
      PolicyDocument: may(SECOND),
    }),
  )
  const Condition = { StringEquals: { "sts:ExternalId": "partner" } }
  await second.send(role("Second", assume({ AWS: FIRST }, { Condition })))
  const control = async (path: string, body: object): Promise<Record<string, string>> => {
    const answer = await fetch(url + path, { method: "POST", body: JSON.stringify(body) })
    return (await answer.json()) as Record<string, string>
  }
  const issuer = await control("/_cloudarium/oidc", { name: "ci" })
  const Url = issuer["url"] ?? ""
  const ClientIDList = ["sts.amazonaws.com"]
  await first.send(new CreateOpenIDConnectProviderCommand({ Url, ClientIDList }))
  const Federated = `arn:aws:iam::111111111111:oidc-provider/${Url.slice("https://".length)}`
  const Action = "sts:AssumeRoleWithWebIdentity"
  await first.send(role("Ci", policy({ Action, Principal: { Federated } })))
  const { token = "" } = await control("/_cloudarium/oidc/token", { issuer: "ci" })
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const good = file("token", token)
  const forged = file("forged", `${token.slice(0, -20)}${"A".repeat(20)}`)
  file("config", configOf({ good, forged }))
  file(
    "credentials",
    `[alice]
aws_access_key_id = ${AccessKey?.AccessKeyId}
aws_secret_access_key = ${AccessKey?.SecretAccessKey}
[root]
aws_access_key_id = test
aws_secret_access_key = test
`,
  )
}

/** Profiles of all the ways in; `good` and `forged` are files with tokens. */
const configOf = ({ good, forged }: { readonly good: string; readonly forged: string }): string =>
  `[profile first]
role_arn = ${FIRST}
source_profile = alice
[profile second]
role_arn = ${SECOND}
source_profile = first
external_id = partner
[profile second-without-id]
role_arn = ${SECOND}
source_profile = first
[profile ci]
role_arn = ${CI}
web_identity_token_file = ${good}
[profile forged]
role_arn = ${CI}
web_identity_token_file = ${forged}
# The CLI keeps sessions by role and name: not the one of the good token.
role_session_name = forged
`
