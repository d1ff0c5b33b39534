import { SimulatedCrashError } from "../../kernel/sim/faulty-machine.ts"
import type { Cloud } from "../cloud.ts"
import { createSdkHandler } from "../sdk-handler.ts"
import { NOW, openCloud, type TestCloudOptions } from "./open-cloud.ts"

/** What makes official clients those of a cloud that a test has opened by its parts. */
export const gatewayConfig = (cloud: Cloud, account = "000000000000") => ({
  ...{ region: "us-east-1", endpoint: "http://localhost:4566", forcePathStyle: true },
  credentials: { accessKeyId: account, secretAccessKey: "test" },
  requestHandler: createSdkHandler((request) => cloud.handle(request)),
  // The cloud's clock for signatures stands.
  systemClockOffset: NOW - Date.now(),
})

/** A cloud whose machine may crash: then nothing of it is left to close. */
export async function openCrashing(options: TestCloudOptions = {}): Promise<Cloud> {
  const cloud = await openCloud(options)
  const close = cloud.close.bind(cloud)
  Object.assign(cloud, { close: () => close().catch(unlessCrashed) })
  return cloud
}

function unlessCrashed(error: unknown): void {
  if (!(error instanceof SimulatedCrashError)) throw error
}
