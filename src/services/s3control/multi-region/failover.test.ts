import { AccountClient, DisableRegionCommand, EnableRegionCommand } from "@aws-sdk/client-account"
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import {
  GetMultiRegionAccessPointRoutesCommand,
  S3ControlClient,
  SubmitMultiRegionAccessPointRoutesCommand,
  type MultiRegionAccessPointRoute,
} from "@aws-sdk/client-s3-control"
import { createHash, type Hash } from "node:crypto"
import { expect, test } from "vitest"
import { refusalOf } from "../../s3/testing/open-bucket.ts"
import {
  ACCOUNT,
  bucketIn,
  openMultiRegion,
  SignatureV4a,
  type TestMultiRegion,
} from "../testing/open-multi-region.ts"

const AccountId = ACCOUNT

interface Ready extends TestMultiRegion {
  readonly Bucket: string
  /** Which bucket serves a caller in a Region: each has an object that says so. */
  served(region?: string): Promise<string>
}

async function openReady(regions = ["us-east-1", "eu-west-1", "ap-southeast-2"]): Promise<Ready> {
  const world = await openMultiRegion(regions)
  for (const region of regions)
    await world
      .s3(region)
      .send(new PutObjectCommand({ Bucket: bucketIn(region), Key: "where", Body: region }))
  await world.create()
  const Bucket = await world.arn()
  // A path of our own, signed for one Region, says where the caller is.
  const at = (region: string): S3Client =>
    world.cloud.client(S3Client, { region, forcePathStyle: true, maxAttempts: 1 })
  const served = async (region?: string): Promise<string> => {
    const client = region === undefined ? world.s3() : at(region)
    const asked = { Bucket: region === undefined ? Bucket : aliasOf(Bucket), Key: "where" }
    try {
      const { Body } = await client.send(new GetObjectCommand(asked))
      return (await Body?.transformToString()) ?? ""
    } catch (error) {
      return (error as Error).name
    }
  }
  return { ...world, Bucket, served }
}

const aliasOf = (arn: string): string => arn.slice(arn.indexOf("/") + 1)

test("a caller is served by the nearest Region", async () => {
  const { served } = await openReady()
  expect(await served("us-west-2")).toBe("us-east-1")
  expect(await served("sa-east-1")).toBe("us-east-1")
  expect(await served("eu-central-1")).toBe("eu-west-1")
  expect(await served("eu-west-1")).toBe("eu-west-1")
  expect(await served("ap-southeast-1")).toBe("ap-southeast-2")
  // Signed for all Regions, a request comes from where the cloud is.
  expect(await served()).toBe("us-east-1")
})

test("active Regions that are down are passed over, until they are up again", async () => {
  const { cloud, served } = await openReady()
  await cloud.fail({ region: "us-east-1" })
  expect(await served()).toBe("eu-west-1")
  await cloud.fail({ region: "eu-west-1" })
  expect(await served()).toBe("ap-southeast-2")
  await cloud.fail({ region: "ap-southeast-2" })
  expect(await served()).toBe("ServiceUnavailable")
  await cloud.heal({ region: "us-east-1" })
  expect(await served()).toBe("us-east-1")
})

test("a passive Region gets nothing until somebody fails over to it", async () => {
  const { cloud, dial, served } = await openReady(["us-east-1", "eu-west-1"])
  await dial({ Region: "eu-west-1", TrafficDialPercentage: 0 })
  expect(await served("eu-west-1")).toBe("us-east-1")
  await cloud.fail({ region: "us-east-1" })
  expect(await served()).toBe("ServiceUnavailable")
  await dial(
    { Bucket: bucketIn("eu-west-1"), TrafficDialPercentage: 100 },
    { Bucket: bucketIn("us-east-1"), Region: "us-east-1", TrafficDialPercentage: 0 },
  )
  expect(await served()).toBe("eu-west-1")
  await cloud.heal({ region: "us-east-1" })
  expect(await served()).toBe("eu-west-1")
})

test("five Regions take routes, and any of them does while the others are down", async () => {
  const { cloud, Bucket: Mrap, served } = await openReady(["us-east-1", "eu-west-1"])
  const control = (region: string) => cloud.client(S3ControlClient, { region, maxAttempts: 1 })
  const get = (region: string) =>
    control(region).send(new GetMultiRegionAccessPointRoutesCommand({ AccountId, Mrap }))
  const routes = {
    Mrap,
    Routes: [
      { Bucket: "us-east-1-cats", Region: "us-east-1", TrafficDialPercentage: 100 },
      { Bucket: "eu-west-1-cats", Region: "eu-west-1", TrafficDialPercentage: 100 },
    ],
  }
  for (const region of ["us-east-1", "us-west-2", "ap-southeast-2", "ap-northeast-1"])
    expect(await get(region)).toMatchObject(routes)
  expect(await refusalOf(get("eu-central-1"))).toMatch(/^PermanentRedirect 301/)
  for (const region of ["us-east-1", "us-west-2"]) await cloud.fail({ region })
  const RouteUpdates = [{ Region: "us-east-1", TrafficDialPercentage: 0 }]
  const submit = new SubmitMultiRegionAccessPointRoutesCommand({ AccountId, Mrap, RouteUpdates })
  await control("eu-west-1").send(submit)
  await cloud.advance("2m")
  for (const region of ["us-east-1", "us-west-2"]) await cloud.heal({ region })
  expect(await served("us-east-1")).toBe("eu-west-1")
})

test("routes take effect after a while; a change meanwhile is a conflict", async () => {
  const { cloud, control, Bucket: Mrap, served } = await openReady(["us-east-1", "eu-west-1"])
  const submit = (...RouteUpdates: MultiRegionAccessPointRoute[]) =>
    control.send(new SubmitMultiRegionAccessPointRoutesCommand({ AccountId, Mrap, RouteUpdates }))
  await submit({ Region: "us-east-1", TrafficDialPercentage: 0 })
  expect(await served("us-east-1")).toBe("us-east-1")
  expect(await refusalOf(submit({ Region: "us-east-1", TrafficDialPercentage: 100 }))).toMatch(
    /^OperationAborted 409/,
  )
  await cloud.advance("2m")
  expect(await served("us-east-1")).toBe("eu-west-1")
})

test("routes that cannot be are refused", async () => {
  const { control, Bucket: Mrap } = await openReady(["us-east-1", "eu-west-1"])
  const submit = (RouteUpdates: MultiRegionAccessPointRoute[], more = {}) =>
    refusalOf(
      control.send(
        new SubmitMultiRegionAccessPointRoutesCommand({ AccountId, Mrap, RouteUpdates, ...more }),
      ),
    )
  expect(
    await submit([
      { Region: "us-east-1", TrafficDialPercentage: 0 },
      { Region: "eu-west-1", TrafficDialPercentage: 0 },
    ]),
  ).toBe("InvalidRequest 400: At least one Region must be active.")
  const half = { Region: "us-east-1", TrafficDialPercentage: 50 }
  expect(await submit([half])).toMatch(/^InvalidRequest 400/)
  const dial = { TrafficDialPercentage: 0 }
  expect(await submit([dial])).toMatch(/^InvalidRequest 400: Either/)
  expect(await submit([{ ...dial, Region: "eu-west-2" }])).toMatch(/^InvalidRequest 400/)
  const mixed = { ...dial, Region: "eu-west-1", Bucket: bucketIn("us-east-1") }
  expect(await submit([mixed])).toMatch(/^InvalidRequest 400/)
  expect(await submit([half], { Mrap: "cats" })).toMatch(/^InvalidRequest 400/)
  const nowhere = { Mrap: `arn:aws:s3::${AccountId}:accesspoint/abcdefghijklm.mrap` }
  expect(await submit([half], nowhere)).toMatch(/^NoSuchMultiRegionAccessPoint 404/)
})

test("there is nothing to fail over where there is one Region", async () => {
  const { control, Bucket: Mrap } = await openReady(["us-east-1"])
  const RouteUpdates = [{ Region: "us-east-1", TrafficDialPercentage: 100 }]
  const asked = { AccountId, Mrap, RouteUpdates }
  expect(
    await refusalOf(control.send(new SubmitMultiRegionAccessPointRoutesCommand(asked))),
  ).toMatch(/^MethodNotAllowed 405/)
})

interface Handler {
  handle(of: object): Promise<{ response: { body: AsyncIterable<Buffer> } }>
}

class Sha256 {
  readonly #hash: Hash = createHash("sha256")
  update(data: Uint8Array): void {
    this.#hash.update(data)
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
  reset(): void {}
}

test("a signature has to be for the Region that the request is routed to", async () => {
  const { cloud, Bucket } = await openReady(["us-east-1", "eu-west-1"])
  const get = async (regions: string): Promise<string> => {
    const signer = new SignatureV4a({
      ...{ service: "s3", region: regions, sha256: Sha256, uriEscapePath: false },
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    })
    const hostname = `${aliasOf(Bucket)}.accesspoint.s3-global.amazonaws.com`
    const request = {
      ...{ method: "GET", protocol: "https:", hostname, path: "/where", query: {} },
      headers: { host: hostname },
    }
    const signed = await signer.sign(request, {})
    const { requestHandler } = cloud.clientConfig() as { readonly requestHandler: Handler }
    const { response } = await requestHandler.handle(signed)
    const chunks: Buffer[] = []
    for await (const chunk of response.body) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    return /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? text
  }
  expect(await get("*")).toBe("us-east-1")
  // The first Region of the set is taken for the caller's.
  expect(await get("eu-central-1,eu-*")).toBe("eu-west-1")
  expect(await get("eu-central-1,us-*")).toBe("AuthorizationHeaderMalformed")
})

test("Regions that have to be enabled are of no use to who has disabled them", async () => {
  const { cloud, served } = await openReady(["us-east-1", "eu-south-1"])
  const account = cloud.client(AccountClient)
  await account.send(new DisableRegionCommand({ RegionName: "eu-south-1" }))
  await cloud.advance("1h")
  expect(await served("eu-central-1")).toBe("AllAccessDisabled")
  expect(await served("us-east-1")).toBe("InvalidToken")
  await account.send(new EnableRegionCommand({ RegionName: "eu-south-1" }))
  await cloud.advance("1h")
  expect(await served("eu-central-1")).toBe("eu-south-1")
})
