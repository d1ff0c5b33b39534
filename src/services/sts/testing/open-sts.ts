import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  STSClient,
  type AssumeRoleCommandInput,
  type Credentials,
} from "@aws-sdk/client-sts"
import { onTestFinished } from "vitest"
import { createCloud, type CloudOptions, type InProcessCloud } from "../../../index.ts"

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
  const cloud = await createCloud({ account: ACCOUNT, ...options })
  onTestFinished(async () => {
    await cloud.close()
    if (cloud.reports.length > 0) throw new Error(cloud.reports.join("\n"))
  })
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

/** The error that a call ends in, as far as AWS's contract goes: status, code, message. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return "no refusal"
  } catch (error) {
    const { Code, name, message, $metadata } = error as Error & {
      readonly Code?: string
      readonly $metadata?: { readonly httpStatusCode?: number }
    }
    return `${$metadata?.httpStatusCode} ${Code ?? name}: ${message}`
  }
}

/** Seconds of cloud time until the credentials end. */
export function secondsLeft(cloud: InProcessCloud, credentials: Credentials | undefined): number {
  const endMs = credentials?.Expiration?.getTime() ?? Number.NaN
  return Math.ceil((endMs - cloud.now().getTime()) / 1000)
}
