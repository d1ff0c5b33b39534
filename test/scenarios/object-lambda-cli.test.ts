import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { removeFolder, startCloud, type RunningServer } from "./server.ts"
import { clientEnvironment, hasProgram, run, type Ran } from "./tools.ts"

const ACCOUNT = "000000000000"
const POINT = `arn:aws:s3-object-lambda:us-east-1:${ACCOUNT}:accesspoint/lens`

describe.skipIf(!hasProgram("aws"))("aws s3control and s3api", { timeout: 400_000 }, () => {
  let cloud: RunningServer
  const folder = mkdtempSync(join(tmpdir(), "object-lambda-"))
  beforeAll(async () => {
    cloud = await startCloud(["--ephemeral"])
  })
  afterAll(async () => {
    await cloud.stop()
    removeFolder(folder)
  })

  // The CLI puts account and access point before the host, which few machines resolve: as a proxy
  // the cloud is asked for every host.
  const aws = (...args: string[]): Promise<Ran> =>
    run("aws", ["--endpoint-url", `http://localhost:${cloud.port}`, ...args], {
      env: { ...clientEnvironment(cloud.url), HTTP_PROXY: cloud.url },
    })
  const done = async (...args: string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await aws(...args)
    expect([code, stderr]).toEqual([0, ""])
    return stdout === "" ? undefined : JSON.parse(stdout)
  }
  const control = (command: string, ...args: string[]) =>
    done("s3control", command, "--account-id", ACCOUNT, ...args)

  test("an access point of Object Lambda is made, read, and passes on what no function answers", async () => {
    await done("s3api", "create-bucket", "--bucket", "photos")
    await control("create-access-point", "--name", "door", "--bucket", "photos")
    const Configuration = {
      SupportingAccessPoint: `arn:aws:s3:us-east-1:${ACCOUNT}:accesspoint/door`,
      AllowedFeatures: ["GetObject-Range"],
      TransformationConfigurations: [
        {
          Actions: ["GetObject"],
          ContentTransformation: {
            AwsLambda: { FunctionArn: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:f` },
          },
        },
      ],
    }
    const named = ["--name", "lens"]
    const made = await control(
      "create-access-point-for-object-lambda",
      ...[...named, "--configuration", JSON.stringify(Configuration)],
    )
    expect(made).toMatchObject({ ObjectLambdaAccessPointArn: POINT, Alias: { Status: "READY" } })
    const read = await control("get-access-point-configuration-for-object-lambda", ...named)
    expect(read).toMatchObject({ Configuration })
    const list = await control("list-access-points-for-object-lambda")
    expect(list).toMatchObject({ ObjectLambdaAccessPointList: [{ Name: "lens" }] })

    const file = join(folder, "a.txt")
    writeFileSync(file, "hello")
    await done("s3api", "put-object", "--bucket", POINT, "--key", "a", "--body", file)
    const head = await done("s3api", "head-object", "--bucket", POINT, "--key", "a")
    expect(head).toMatchObject({ ContentLength: 5 })
    // There is no Lambda yet that could run the function.
    const back = join(folder, "back.txt")
    const get = await aws("s3api", "get-object", "--bucket", POINT, "--key", "a", back)
    expect(get.code).not.toBe(0)
    expect(get.stderr).toContain("LambdaInvocationFailed")
    const door = Configuration.SupportingAccessPoint
    await done("s3api", "get-object", "--bucket", door, "--key", "a", back)
    expect(readFileSync(back, "utf8")).toBe("hello")
    await control("delete-access-point-for-object-lambda", ...named)
    expect(await control("list-access-points-for-object-lambda")).not.toHaveProperty("NextToken")
  })
})
