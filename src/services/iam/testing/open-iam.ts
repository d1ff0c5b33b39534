import { IAMClient, type AccessKey } from "@aws-sdk/client-iam"
import type { CloudOptions, InProcessCloud } from "../../../index.ts"
import { openInProcess } from "../../../gateway/testing/in-process.ts"

export { refusalWithStatus as refusalOf } from "../../../gateway/testing/refusal.ts"

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
  const cloud = await openInProcess({ account: ACCOUNT, ...options })
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
