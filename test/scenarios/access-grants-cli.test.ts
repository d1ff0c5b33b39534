import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startCloud, type RunningServer } from "./server.ts"
import { clientEnvironment, hasProgram, run, type Ran } from "./tools.ts"

const ACCOUNT = "333333333333"
const INSTANCE = `arn:aws:s3:us-east-1:${ACCOUNT}:access-grants/default`
const ROLE = `arn:aws:iam::${ACCOUNT}:role/vendor`

interface Keys {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly SessionToken?: string
}

const ROOT: Keys = { AccessKeyId: ACCOUNT, SecretAccessKey: "test" }

const policy = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] })

describe.skipIf(!hasProgram("aws"))("Access Grants by the aws CLI", { timeout: 400_000 }, () => {
  let cloud: RunningServer
  beforeAll(async () => {
    cloud = await startCloud(["--ephemeral"])
  })
  afterAll(async () => void (await cloud.stop()))

  /**
   * The CLI puts the account before the host's name in calls of S3 Control, and not every resolver
   * knows what is below localhost: as a proxy the cloud is found by its own address.
   */
  const aws = (
    { AccessKeyId, SecretAccessKey, SessionToken }: Keys,
    ...args: readonly string[]
  ): Promise<Ran> => {
    const env = {
      ...clientEnvironment(cloud.url, AccessKeyId),
      ...{ AWS_SECRET_ACCESS_KEY: SecretAccessKey, http_proxy: cloud.url },
      ...(SessionToken !== undefined && { AWS_SESSION_TOKEN: SessionToken }),
    }
    return run("aws", ["--endpoint-url", cloud.url, ...args], { env })
  }

  const ok = async (keys: Keys, ...args: readonly string[]): Promise<Record<string, never>> => {
    const { code, stdout, stderr } = await aws(keys, ...args)
    expect([args.join(" "), code, stderr]).toEqual([args.join(" "), 0, ""])
    return (stdout.trim() === "" ? {} : JSON.parse(stdout)) as Record<string, never>
  }

  const control = (keys: Keys, command: string, ...args: readonly string[]) =>
    ok(keys, "s3control", command, "--account-id", ACCOUNT, ...args)

  /** A role as AWS's user guide makes it, and a user who may ask for keys. */
  async function people(): Promise<Keys> {
    const trust = policy({
      Principal: { Service: "access-grants.s3.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
    })
    const named = ["--role-name", "vendor"]
    await ok(ROOT, "iam", "create-role", ...named, "--assume-role-policy-document", trust)
    const may = policy({
      ...{ Action: ["s3:GetObject", "s3:PutObject", "s3:ListBucket"], Resource: "arn:aws:s3:::*" },
      Condition: { ArnEquals: { "s3:AccessGrantsInstanceArn": [INSTANCE] } },
    })
    const inline = ["--policy-name", "p", "--policy-document"]
    await ok(ROOT, "iam", "put-role-policy", ...named, ...inline, may)
    const user = ["--user-name", "alice"]
    await ok(ROOT, "iam", "create-user", ...user)
    const ask = policy({ Action: "s3:GetDataAccess", Resource: INSTANCE })
    await ok(ROOT, "iam", "put-user-policy", ...user, ...inline, ask)
    const { AccessKey } = await ok(ROOT, "iam", "create-access-key", ...user)
    return AccessKey as unknown as Keys
  }

  test("a user gets keys to what is granted, and uses them with s3 commands", async () => {
    const alice = await people()
    await ok(ROOT, "s3api", "create-bucket", "--bucket", "photos")
    for (const Key of ["alice/1", "bob/1"])
      await ok(ROOT, "s3api", "put-object", "--bucket", "photos", "--key", Key)
    const instance = await control(ROOT, "create-access-grants-instance")
    expect(instance).toMatchObject({ AccessGrantsInstanceArn: INSTANCE })
    const at = ["--location-scope", "s3://", "--iam-role-arn", ROLE]
    expect(await control(ROOT, "create-access-grants-location", ...at)).toMatchObject({
      AccessGrantsLocationId: "default",
    })
    const grant = await control(
      ...([ROOT, "create-access-grant", "--access-grants-location-id", "default"] as const),
      ...["--access-grants-location-configuration", "S3SubPrefix=photos/alice/*"],
      ...["--grantee", `GranteeType=IAM,GranteeIdentifier=arn:aws:iam::${ACCOUNT}:user/alice`],
      ...["--permission", "READWRITE"],
    )
    expect(grant).toMatchObject({ GrantScope: "s3://photos/alice/*" })
    const asked = ["--target", "s3://photos/alice/*", "--permission", "READ"]
    const { Credentials, MatchedGrantTarget } = await control(alice, "get-data-access", ...asked)
    expect(MatchedGrantTarget).toBe("s3://photos/alice/*")
    const vended = Credentials as unknown as Keys
    expect((await aws(vended, "s3", "ls", "s3://photos/alice/")).stdout).toMatch(/ 1\n$/)
    expect((await aws(vended, "s3", "cp", "s3://photos/alice/1", "-")).code).toBe(0)
    for (const path of ["s3://photos/bob/", "s3://photos/"])
      expect((await aws(vended, "s3", "ls", path)).stderr).toMatch(/AccessDenied/)
    const put = ["s3api", "put-object", "--bucket", "photos", "--key", "alice/2"]
    expect((await aws(vended, ...put)).stderr).toMatch(/AccessDenied/)
    const account = ["--account-id", ACCOUNT]
    const bob = ["--target", "s3://photos/bob/*", "--permission", "READ"]
    const denied = await aws(alice, "s3control", "get-data-access", ...account, ...bob)
    expect(denied.stderr).toContain(
      "An error occurred (AccessDenied) when calling the GetDataAccess operation: You do not have READ permissions to the requested S3 Prefix: s3://photos/bob/*",
    )
  })
})
