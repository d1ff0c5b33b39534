import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  STSClient,
  type AssumeRoleCommandInput,
  type Credentials,
} from "@aws-sdk/client-sts"
import type { CloudOptions, InProcessCloud } from "../../../index.ts"
import { openInProcess } from "../../../gateway/testing/in-process.ts"

export { refusalWithStatus as refusalOf } from "../../../gateway/testing/refusal.ts"

export const ACCOUNT = "123456789012"
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/Reader`
export const ALLOW_ALL =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'

/** A cloud, and the official client of the root of its account. */
export interface TestSts {
  readonly cloud: InProcessCloud
  readonly client: STSClient
  /** A client that signs with these temporary credentials, or with what is changed in them. */
  as(credentials: Credentials | undefined, changed?: Partial<Credentials>): STSClient
  /** Assumes a role, by default as root, and gives back the keys. */
  assume(input?: Partial<AssumeRoleCommandInput>, client?: STSClient): Promise<Credentials>
}

export async function openSts(options: CloudOptions = {}): Promise<TestSts> {
  const cloud = await openInProcess({ account: ACCOUNT, ...options })
  const client = cloud.client(STSClient)
  return {
    cloud,
    client,
    as(credentials, changed) {
      const { AccessKeyId, SecretAccessKey, SessionToken } = { ...credentials, ...changed }
      return cloud.client(STSClient, {
        credentials: {
          accessKeyId: AccessKeyId,
          secretAccessKey: SecretAccessKey,
          ...(SessionToken !== undefined && { sessionToken: SessionToken }),
        },
      })
    },
    async assume(input, by = client) {
      const request = { RoleArn: ROLE, RoleSessionName: "work", ...input }
      const { Credentials: keys } = await by.send(new AssumeRoleCommand(request))
      if (!keys) throw new Error("no credentials")
      return keys
    },
  }
}

/** The ARN that the client's keys act as. */
export async function whoIs(client: STSClient): Promise<string | undefined> {
  return (await client.send(new GetCallerIdentityCommand({}))).Arn
}

/** Seconds of cloud time until the credentials end. */
export function secondsLeft(cloud: InProcessCloud, credentials: Credentials | undefined): number {
  const endMs = credentials?.Expiration?.getTime() ?? Number.NaN
  return Math.ceil((endMs - cloud.now().getTime()) / 1000)
}
