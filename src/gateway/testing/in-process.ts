import { onTestFinished } from "vitest"
import { createCloud, type CloudOptions, type InProcessCloud } from "../../index.ts"

/** A cloud for one test, which fails when something went wrong in the background. */
export async function openInProcess(options: CloudOptions = {}): Promise<InProcessCloud> {
  const cloud = await createCloud(options)
  onTestFinished(async () => {
    await cloud.close()
    if (cloud.reports.length > 0) throw new Error(cloud.reports.join("\n"))
  })
  return cloud
}
