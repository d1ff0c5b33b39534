import { copyFileSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { removeFolder } from "./server.ts"
import { clientEnvironment, run, type Ran } from "./tools.ts"

/** A folder with a configuration, initialized. Its runs cost seconds each: the provider starts. */
export interface Terraform {
  apply(variables?: Variables): Promise<Ran>
  /** Exit code 0: nothing to change; 2: a difference. */
  plan(variables?: Variables): Promise<Ran>
  destroy(variables?: Variables): Promise<Ran>
  output(): Promise<Readonly<Record<string, unknown>>>
  remove(): void
}

export type Variables = Readonly<Record<string, string | number>>

export interface TerraformOptions {
  readonly url: string
  /** The root of this account runs it. */
  readonly account: string
  /** File system mirror with the AWS provider. */
  readonly mirror: string
  /** Where the provider's requests go whose hosts not every resolver knows, such as S3 Control's. */
  readonly proxy?: string
  /** Values that stay the same in all runs. */
  readonly constants?: Readonly<Record<string, unknown>>
}

/** Prepares `terraform/<name>.tf`. */
export async function openTerraform(name: string, options: TerraformOptions): Promise<Terraform> {
  const { url, account, mirror, proxy, constants = {} } = options
  const folder = mkdtempSync(join(tmpdir(), "cloudarium-terraform-"))
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
    ...(proxy !== undefined && { HTTP_PROXY: proxy }),
  }
  const terraform = (...args: readonly string[]): Promise<Ran> =>
    run("terraform", [...args, "-no-color"], { env, cwd: folder })
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
    remove: () => removeFolder(folder),
  }
}
