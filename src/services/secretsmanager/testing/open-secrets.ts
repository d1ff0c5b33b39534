import {
  CreateSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  SecretsManagerClient,
  type CreateSecretCommandInput,
  type GetSecretValueCommandInput,
} from "@aws-sdk/client-secrets-manager"
import type { InProcessCloud } from "../../../index.ts"
import { openInProcess } from "../../../gateway/testing/in-process.ts"

export { refusalOf } from "../../../gateway/testing/refusal.ts"

export const STRANGER = "111111111111"
export const NOW = Date.UTC(2026, 0, 15, 12)

/** A cloud with one secret in it, and the official client. */
export interface TestSecret {
  readonly cloud: InProcessCloud
  readonly client: SecretsManagerClient
  /** Of another account. */
  readonly stranger: SecretsManagerClient
  readonly arn: string
  readonly version: string
  value(more?: Partial<GetSecretValueCommandInput>): Promise<string | undefined>
  /** Values of AWS's labels and of others: label → version. */
  labels(): Promise<Record<string, string>>
}

export async function openCloud(): Promise<InProcessCloud> {
  return openInProcess({ now: NOW })
}

export async function openSecret(
  input: Partial<CreateSecretCommandInput> = {},
): Promise<TestSecret> {
  const cloud = await openCloud()
  const client = cloud.client(SecretsManagerClient)
  const given = { Name: "db", SecretString: "s1", ...input }
  const { ARN: arn = "", VersionId: version = "" } = await client.send(
    new CreateSecretCommand(given),
  )
  return {
    ...{ cloud, client, arn, version },
    stranger: cloud.client(SecretsManagerClient, {
      credentials: { accessKeyId: STRANGER, secretAccessKey: "test" },
    }),
    value: async (more) =>
      (await client.send(new GetSecretValueCommand({ SecretId: arn, ...more }))).SecretString,
    async labels() {
      const input = { SecretId: arn, IncludeDeprecated: true }
      const { Versions = [] } = await client.send(new ListSecretVersionIdsCommand(input))
      return Object.fromEntries(
        Versions.flatMap(({ VersionId = "", VersionStages = [] }) =>
          VersionStages.map((label) => [label, VersionId]),
        ),
      )
    },
  }
}
