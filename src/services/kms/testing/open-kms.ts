import {
  CreateKeyCommand,
  KMSClient,
  type CreateKeyCommandInput,
  type KeyMetadata,
} from "@aws-sdk/client-kms"
import { IAMClient } from "@aws-sdk/client-iam"
import { newUser } from "../../../gateway/testing/identity.ts"
import type { CloudOptions, InProcessCloud } from "../../../index.ts"
import { openInProcess } from "../../../gateway/testing/in-process.ts"

export { refusalOf } from "../../../gateway/testing/refusal.ts"

export const ACCOUNT = "111122223333"
export const OTHER = "444455556666"

/** A cloud, and the official client of the root of its account. */
export interface TestKms {
  readonly cloud: InProcessCloud
  readonly client: KMSClient
  /** A client of another account's root, or of another Region. */
  of(where: { readonly account?: string; readonly region?: string }): KMSClient
  key(input?: CreateKeyCommandInput): Promise<TestKey>
  /** A client of a new user who may do what the policy says. */
  user(name: string, policy?: object, account?: string): Promise<KMSClient>
}

export interface TestKey extends KeyMetadata {
  readonly KeyId: string
  readonly Arn: string
}

export async function openKms(options: CloudOptions = {}): Promise<TestKms> {
  const cloud = await openInProcess({ account: ACCOUNT, ...options })
  const client = cloud.client(KMSClient)
  const rootOf = (account: string) => ({
    credentials: { accessKeyId: account, secretAccessKey: "test" },
  })
  return {
    cloud,
    client,
    of: ({ account = ACCOUNT, region = "us-east-1" }) =>
      cloud.client(KMSClient, { region, ...rootOf(account) }),
    key: (input = {}) => newKey(client, input),
    async user(UserName, policy, account = ACCOUNT) {
      const iam = cloud.client(IAMClient, rootOf(account))
      const { credentials } = await newUser(iam, UserName, ...(policy ? [policy] : []))
      return cloud.client(KMSClient, { credentials })
    },
  }
}

async function newKey(client: KMSClient, input: CreateKeyCommandInput = {}): Promise<TestKey> {
  const { KeyMetadata } = await client.send(new CreateKeyCommand(input))
  return KeyMetadata as TestKey
}

export const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString()
export const bytes = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value))
