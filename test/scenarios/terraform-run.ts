import { copyFileSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { TestContext } from "vitest"
import { removeFolder, startCloud, type RunningServer } from "./server.ts"
import { clientEnvironment, hasProgram, providerMirror, run, type Ran } from "./tools.ts"

const mirror = hasProgram("terraform", ["version"]) ? providerMirror() : undefined

/** Whether Terraform and its AWS provider are here; their tests are skipped where they are not. */
export const hasTerraform = mirror !== undefined

/** An apply makes tens of resources, and waits for some. */
const RUN_LIMIT_MS = 600_000

/** A folder with a configuration, initialized. Its runs cost seconds each: the provider starts. */
export interface Terraform {
  apply(variables?: Variables): Promise<Ran>
  /** Exit code 0: nothing to change; 2: a difference. */
  plan(variables?: Variables): Promise<Ran>
  destroy(variables?: Variables): Promise<Ran>
  output(): Promise<Readonly<Record<string, unknown>>>
}

export type Variables = Readonly<Record<string, string | number>>

export interface TerraformOptions {
  readonly url: string
  /** The root of this account runs it. */
  readonly account: string
  /** Values that stay the same in all runs. */
  readonly constants?: Readonly<Record<string, unknown>> | undefined
}

/** Where a test says what is to be done at its end. */
export type Finished = TestContext["onTestFinished"]

/** Prepares `terraform/<name>.tf` for one test. */
export async function openTerraform(
  name: string,
  { url, account, constants = {} }: TerraformOptions,
  finished: Finished,
): Promise<Terraform> {
  const folder = mkdtempSync(join(tmpdir(), "cloudarium-terraform-"))
  finished(() => removeFolder(folder))
  copyFileSync(join(import.meta.dirname, "terraform", `${name}.tf`), join(folder, "main.tf"))
  writeFileSync(join(folder, "constants.auto.tfvars.json"), JSON.stringify(constants))
  const settings = join(folder, "terraform.rc")
  writeFileSync(
    settings,
    `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`,
  )
  const env = {
    ...clientEnvironment(url, account),
    TF_CLI_CONFIG_FILE: settings,
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
    // S3 Control's hosts begin with the account; not every resolver knows names below `localhost`.
    HTTP_PROXY: url,
  }
  const terraform = (...args: readonly string[]): Promise<Ran> =>
    run("terraform", [...args, "-no-color"], { env, cwd: folder, limitMs: RUN_LIMIT_MS })
  const given = (variables: Variables = {}): string[] =>
    Object.entries(variables).flatMap(([key, value]) => ["-var", `${key}=${value}`])
  const { code, stderr } = await terraform("init")
  if (code !== 0) throw new Error(`terraform init: ${stderr}`)
  return {
    apply: (variables) => terraform("apply", "-auto-approve", ...given(variables)),
    plan: (variables) => terraform("plan", "-detailed-exitcode", ...given(variables)),
    destroy: (variables) => terraform("destroy", "-auto-approve", ...given(variables)),
    output: async () => {
      const { stdout } = await terraform("output", "-json")
      const outputs = JSON.parse(stdout) as Record<string, { readonly value: unknown }>
      return Object.fromEntries(Object.entries(outputs).map(([key, { value }]) => [key, value]))
    },
  }
}

export interface Scenario {
  readonly cloud: RunningServer
  /** A client of AWS's SDK, by default with the account's root in us-east-1. */
  client<Client>(type: new (config: never) => Client, config?: ClientOptions): Client
  terraform(name: string, constants?: Readonly<Record<string, unknown>>): Promise<Terraform>
}

interface ClientOptions {
  readonly accessKeyId?: string
  readonly sessionToken?: string | undefined
  readonly secretAccessKey?: string | undefined
  readonly region?: string
}

/** A cloud of its own, and Terraform in the hands of this account's root. */
export async function openScenario(account: string, finished: Finished): Promise<Scenario> {
  const cloud = await startCloud(["--ephemeral"])
  finished(async () => void (await cloud.stop()))
  return {
    cloud,
    client: (type, { region = "us-east-1", ...keys } = {}) =>
      new type({
        ...{ endpoint: cloud.url, region, forcePathStyle: true },
        credentials: { accessKeyId: account, secretAccessKey: "test", ...keys },
      } as never),
    terraform: (name, constants) =>
      openTerraform(name, { url: cloud.url, account, constants }, finished),
  }
}
