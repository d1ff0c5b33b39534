import type { Principal } from "../../../iam/principal.ts"
import type { Call } from "../../../registry/call.ts"
import { ACCOUNT } from "./open-sts.ts"

/** A call as the pipeline makes it, for operations that a test runs by hand. */
export function callBy(principal: Principal, operation: string): Call {
  return {
    service: "sts",
    operation,
    principal,
    account: principal.account,
    region: "us-east-1",
    partition: "aws",
    requestId: "id",
    endpoint: "http://localhost:4566",
    sourceIp: "127.0.0.1",
    userAgent: "test",
    secure: false,
    protocol: "query",
    path: "/",
    strict: false,
    refusal: () => undefined,
    resources: () => Promise.resolve([]),
    within: () => {
      throw new Error("there is no other service")
    },
  }
}

export const ROOT: Principal = { type: "root", account: ACCOUNT, accessKeyId: ACCOUNT }
