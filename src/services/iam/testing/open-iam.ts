import { IAMClient, type AccessKey } from "@aws-sdk/client-iam"
import { onTestFinished } from "vitest"
import { createCloud, type CloudOptions, type InProcessCloud } from "../../../index.ts"

export const ACCOUNT = "123456789012"

/** A cloud, and the official client of the root of its account. */
export interface TestIam {
  readonly cloud: InProcessCloud
  readonly client: IAMClient
  /** A client of the root of another account of the same cloud. */
  of(account: string): IAMClient
  /** A client that signs with these keys. */
  as(key: AccessKey | undefined): IAMClient
}

export async function openIam(options: CloudOptions = {}): Promise<TestIam> {
  const cloud = await createCloud({ account: ACCOUNT, ...options })
  onTestFinished(async () => {
    await cloud.close()
    if (cloud.reports.length > 0) throw new Error(cloud.reports.join("\n"))
  })
  return {
    cloud,
    client: cloud.client(IAMClient),
    of: (account) =>
      cloud.client(IAMClient, { credentials: { accessKeyId: account, secretAccessKey: "test" } }),
    as: (key) =>
      cloud.client(IAMClient, {
        credentials: {
          accessKeyId: key?.AccessKeyId ?? "",
          secretAccessKey: key?.SecretAccessKey ?? "",
        },
      }),
  }
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
