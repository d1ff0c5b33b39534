import {
  CreateVaultCommand,
  DescribeVaultCommand,
  GetJobOutputCommand,
  GlacierClient,
  InitiateJobCommand,
  UploadArchiveCommand,
  type JobParameters,
} from "@aws-sdk/client-glacier"
import type { Cloud } from "../../../gateway/cloud.ts"
import { openCloud, type TestCloudOptions } from "../../../gateway/testing/open-cloud.ts"
import { gatewayConfig } from "../../../gateway/testing/sdk-config.ts"
import { blobLinks } from "../../../kernel/blobs/blob-links.ts"
import { durationMs } from "../../../kernel/duration.ts"

export { refusalOf } from "../../../gateway/testing/refusal.ts"

export const ACCOUNT = "000000000000"
export const STRANGER = "111111111111"
export const vaultName = "v"
export const ARN = `arn:aws:glacier:us-east-1:${ACCOUNT}:vaults/${vaultName}`
/** What every operation on the vault says. */
export const VAULT = Object.freeze({ accountId: "-", vaultName })

export interface TestVault {
  readonly cloud: Cloud
  readonly client: GlacierClient
  /** Turns the clock: `5h`. */
  pass(span: string): Promise<void>
  upload(body: Uint8Array | string, archiveDescription?: string): Promise<string>
  start(jobParameters: JobParameters): Promise<string>
  retrieve(archiveId: string, more?: JobParameters): Promise<string>
  output(jobId: string, range?: string): Promise<{ bytes: Buffer; checksum?: string | undefined }>
  describe(): ReturnType<typeof describeVault>
}

const describeVault = (client: GlacierClient) => client.send(new DescribeVaultCommand(VAULT))

/** A client of an account, by its dummy key. */
export const clientOf = (cloud: Cloud, accessKeyId = ACCOUNT): GlacierClient =>
  new GlacierClient(gatewayConfig(cloud, accessKeyId))

export async function openVault(options: TestCloudOptions = {}): Promise<TestVault> {
  const cloud = await openCloud(options)
  const client = clientOf(cloud)
  await client.send(new CreateVaultCommand(VAULT))
  const start = async (jobParameters: JobParameters) =>
    (await client.send(new InitiateJobCommand({ ...VAULT, jobParameters }))).jobId ?? ""
  return {
    ...{ cloud, client, start },
    pass: (span) => cloud.advance(durationMs(span)),
    async upload(body, archiveDescription) {
      const input = { ...VAULT, body, archiveDescription }
      return (await client.send(new UploadArchiveCommand(input))).archiveId ?? ""
    },
    retrieve: (ArchiveId, more) => start({ Type: "archive-retrieval", ArchiveId, ...more }),
    async output(jobId, range) {
      const { body, checksum } = await client.send(
        new GetJobOutputCommand({ ...VAULT, jobId, range }),
      )
      return { bytes: Buffer.from((await body?.transformToByteArray()) ?? []), checksum }
    },
    describe: () => describeVault(client),
  }
}

/** How many blobs rows hold on to. */
export const linked = (cloud: Cloud): Promise<number> =>
  cloud.world.read((tx) => tx.count(blobLinks, { limit: 100 }))
