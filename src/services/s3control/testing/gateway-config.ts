import { createSdkHandler } from "../../../gateway/sdk-handler.ts"
import type { Cloud } from "../../../gateway/cloud.ts"
import { NOW } from "../../../gateway/testing/open-cloud.ts"

/** What makes official clients those of a cloud that a test has opened by its parts. */
export const gatewayConfig = (cloud: Cloud, account = "000000000000") => ({
  ...{ region: "us-east-1", endpoint: "http://localhost:4566", forcePathStyle: true },
  credentials: { accessKeyId: account, secretAccessKey: "test" },
  requestHandler: createSdkHandler((request) => cloud.handle(request)),
  systemClockOffset: NOW - Date.now(),
})
