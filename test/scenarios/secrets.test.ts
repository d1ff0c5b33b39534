import { describe, test } from "vitest"
import { startCloud } from "./server.ts"
import { hasTerraform, openScenario } from "./terraform-run.ts"
import { clientEnvironment, hasProgram, run } from "./tools.ts"

describe.skipIf(!hasTerraform)("Terraform", { timeout: 900_000 }, () => {
  test("SEC-1 SSM-1 makes secrets and parameters, plans nothing more, changes them in place, and destroys them", async ({
    expect,
    onTestFinished,
  }) => {
    const { terraform } = await openScenario("555555555555", onTestFinished)
    const { apply, output, plan, destroy } = await terraform("secrets")
    expect(await apply({ stage: 1 })).toMatchObject({ code: 0 })
    expect(await output()).toEqual({
      password: "p1",
      image: expect.stringMatching(/^ami-0[0-9a-f]{16}$/),
    })
    expect(await plan({ stage: 1 })).toMatchObject({ code: 0 })
    const { code, stdout } = await apply({ stage: 2 })
    expect(code).toBe(0)
    expect(stdout).toMatch(/Resources: 1 added, 4 changed, 1 destroyed\./)
    expect(await output()).toMatchObject({ password: "p2" })
    expect(await plan({ stage: 2 })).toMatchObject({ code: 0 })
    expect(await destroy({ stage: 2 })).toMatchObject({ code: 0 })
  })
})

describe.skipIf(!hasProgram("aws"))("the aws CLI", { timeout: 400_000 }, () => {
  test("SEC-1 SSM-1 SSM-2 SSM-3 makes and reads secrets and parameters", async ({
    expect,
    onTestFinished,
  }) => {
    const cloud = await startCloud(["--ephemeral"])
    onTestFinished(async () => void (await cloud.stop()))
    const answer = async (args: string): Promise<Record<string, unknown>> => {
      const env = clientEnvironment(cloud.url)
      const ran = await run("aws", ["--endpoint-url", cloud.url, ...args.split(" ")], { env })
      expect([ran.stderr, ran.code]).toEqual(["", 0])
      return ran.stdout.trim() === "" ? {} : (JSON.parse(ran.stdout) as Record<string, unknown>)
    }
    await answer("secretsmanager create-secret --name db --secret-string s1")
    await answer("secretsmanager put-secret-value --secret-id db --secret-string s2")
    const read = "secretsmanager get-secret-value --secret-id db"
    expect(await answer(read)).toMatchObject({ SecretString: "s2" })
    const previous = await answer(`${read} --version-stage AWSPREVIOUS`)
    expect(previous).toMatchObject({ SecretString: "s1" })
    await answer("ssm put-parameter --name /app/key --type SecureString --value hidden")
    const found = await answer("ssm get-parameters-by-path --path /app --with-decryption")
    expect(found["Parameters"]).toMatchObject([{ Name: "/app/key", Value: "hidden" }])
    const [stored] = (await answer("ssm get-parameters-by-path --path /app"))["Parameters"] as [
      { Value: string },
    ]
    expect(stored.Value).not.toBe("hidden")
    await answer("secretsmanager delete-secret --secret-id db --recovery-window-in-days 7")
  })
})
