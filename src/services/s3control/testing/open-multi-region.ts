import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3"
import {
  CreateMultiRegionAccessPointCommand,
  DescribeMultiRegionAccessPointOperationCommand,
  GetMultiRegionAccessPointCommand,
  PutMultiRegionAccessPointPolicyCommand,
  S3ControlClient,
  SubmitMultiRegionAccessPointRoutesCommand,
  type AsyncOperation,
  type CreateMultiRegionAccessPointInput,
  type MultiRegionAccessPointRoute,
} from "@aws-sdk/client-s3-control"
import type { InProcessCloud } from "../../../index.ts"
import { openCloud } from "../../s3/testing/open-bucket.ts"

// Importing it registers it: SDKs sign requests to addresses of no Region with it.
export { SignatureV4a } from "@aws-sdk/signature-v4a"

export const ACCOUNT = "000000000000"

/** Buckets `<Region>-cats`, and what is asked of a Multi-Region Access Point. */
export interface TestMultiRegion {
  readonly cloud: InProcessCloud
  readonly control: S3ControlClient
  /** A client of a Region; addresses of no Region are signed for all of them. */
  s3(region?: string): S3Client
  /** Asks for one, and waits as long as that takes. */
  create(more?: Partial<CreateMultiRegionAccessPointInput>): Promise<AsyncOperation>
  putPolicy(...statements: object[]): Promise<AsyncOperation>
  /** What has become of a request. */
  operation(RequestTokenARN: string | undefined): Promise<AsyncOperation>
  arn(): Promise<string>
  /** Submits routes, and waits until they hold. */
  dial(...RouteUpdates: MultiRegionAccessPointRoute[]): Promise<void>
}

export const bucketIn = (region: string): string => `${region}-cats`

export async function openMultiRegion(
  regions: readonly string[] = ["us-east-1", "eu-west-1"],
): Promise<TestMultiRegion> {
  const cloud = await openCloud()
  const control = cloud.client(S3ControlClient, { region: "us-west-2" })
  const s3 = (region = "us-east-1"): S3Client => cloud.client(S3Client, { region })
  for (const region of regions)
    await s3(region).send(
      new CreateBucketCommand({
        Bucket: bucketIn(region),
        ...(region !== "us-east-1" && {
          CreateBucketConfiguration: { LocationConstraint: region as "eu-west-1" },
        }),
      }),
    )
  const operation = async (RequestTokenARN: string | undefined): Promise<AsyncOperation> => {
    const asked = { AccountId: ACCOUNT, RequestTokenARN }
    const answer = await control.send(new DescribeMultiRegionAccessPointOperationCommand(asked))
    return answer.AsyncOperation ?? {}
  }
  const arn = async (): Promise<string> => {
    const asked = { AccountId: ACCOUNT, Name: "cats" }
    const { AccessPoint } = await control.send(new GetMultiRegionAccessPointCommand(asked))
    return `arn:aws:s3::${ACCOUNT}:accesspoint/${AccessPoint?.Alias}`
  }
  return {
    ...{ cloud, control, s3, operation, arn },
    async create(more = {}) {
      const Regions = regions.map((region) => ({ Bucket: bucketIn(region) }))
      const Details = { Name: "cats", Regions, ...more }
      const { RequestTokenARN } = await control.send(
        new CreateMultiRegionAccessPointCommand({ AccountId: ACCOUNT, Details }),
      )
      await cloud.advance("1m")
      return operation(RequestTokenARN)
    },
    async putPolicy(...Statement) {
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement })
      const Details = { Name: "cats", Policy }
      const { RequestTokenARN } = await control.send(
        new PutMultiRegionAccessPointPolicyCommand({ AccountId: ACCOUNT, Details }),
      )
      await cloud.advance("1m")
      return operation(RequestTokenARN)
    },
    async dial(...RouteUpdates) {
      const asked = { AccountId: ACCOUNT, Mrap: await arn(), RouteUpdates }
      await control.send(new SubmitMultiRegionAccessPointRoutesCommand(asked))
      await cloud.advance("2m")
    },
  }
}
