import { IAMClient } from "@aws-sdk/client-iam"
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { createECDH, createPrivateKey, sign } from "node:crypto"
import { expect, test } from "vitest"
import { newUser, type Keys } from "../../../gateway/testing/identity.ts"
import type { InProcessCloud } from "../../../index.ts"
import {
  canonicalRequest,
  parseHeaderList,
  stringToSign,
} from "../../../protocols/sigv4/canonical.ts"
import { parseAuthorization } from "../../../protocols/sigv4/parse.ts"
import { derivePrivateKey } from "../../../protocols/sigv4/sigv4a.ts"
import { refusalOf } from "../../s3/testing/open-bucket.ts"
import { openMultiRegion } from "../testing/open-multi-region.ts"

/** A user of the owner's account who may read, and an object to read. */
async function openUser() {
  const world = await openMultiRegion()
  await world.create()
  const Bucket = await world.arn()
  await world.s3().send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }))
  const iam = world.cloud.client(IAMClient)
  const may = { Action: ["s3:GetObject", "s3:ListBucket"], Resource: "*" }
  const { credentials: keys } = await newUser(iam, "ann", may)
  const host = `${Bucket.slice(Bucket.indexOf("/") + 1)}.accesspoint.s3-global.amazonaws.com`
  return { ...world, Bucket, keys, host }
}

interface Handler {
  handle(of: object): Promise<{
    readonly response: { readonly statusCode: number; readonly body: AsyncIterable<Buffer> }
  }>
}

/** Status and code, or what was read. */
async function get(cloud: InProcessCloud, host: string, query: string): Promise<string> {
  const { requestHandler } = cloud.clientConfig() as { readonly requestHandler: Handler }
  const pairs = [...new URLSearchParams(query)]
  const { response } = await requestHandler.handle({
    ...{ method: "GET", protocol: "https:", hostname: host, path: "/a" },
    ...{ query: Object.fromEntries(pairs), headers: { host } },
  })
  const chunks: Buffer[] = []
  for await (const chunk of response.body) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  return `${response.statusCode} ${/<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? text}`
}

/** The query of a URL that is signed for all Regions, as the AWS CLI makes it. */
function presigned({ accessKeyId, secretAccessKey }: Keys, host: string): string {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "")
  const query = new URLSearchParams({
    "X-Amz-Algorithm": "AWS4-ECDSA-P256-SHA256",
    "X-Amz-Credential": `${accessKeyId}/${time.slice(0, 8)}/s3/aws4_request`,
    "X-Amz-Date": time,
    "X-Amz-Expires": "60",
    "X-Amz-Region-Set": "*",
    "X-Amz-SignedHeaders": "host",
  })
  const request = {
    ...{ method: "GET", path: "/a", headers: { host }, body: new Uint8Array() },
    ...{ secure: true, remoteAddress: "127.0.0.1" },
    query: `${query}&X-Amz-Signature=00`,
  }
  const signed = parseAuthorization(request)
  if (signed === "anonymous") throw new Error("not signed")
  const canonical = canonicalRequest(signed, request, {
    payloadHash: "UNSIGNED-PAYLOAD",
    headers: parseHeaderList("host"),
  })
  const ecdh = createECDH("prime256v1")
  ecdh.setPrivateKey(derivePrivateKey(accessKeyId, secretAccessKey))
  const point = ecdh.getPublicKey()
  const d = ecdh.getPrivateKey().toString("base64url")
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((one) => one.toString("base64url"))
  const jwk = { kty: "EC", crv: "P-256", d, x: x ?? "", y: y ?? "" }
  const key = createPrivateKey({ format: "jwk", key: jwk })
  const signature = sign("sha256", Buffer.from(stringToSign(signed, canonical)), key)
  return `${query}&X-Amz-Signature=${signature.toString("hex")}`
}

test("signatures for all Regions are verified, in headers and in URLs", async () => {
  const { cloud, Bucket, keys, host } = await openUser()
  const read = (credentials: Keys) =>
    cloud.client(S3Client, { credentials }).send(new GetObjectCommand({ Bucket, Key: "a" }))
  expect(await (await read(keys)).Body?.transformToString()).toBe("x")
  const wrong = { ...keys, secretAccessKey: "wrong" }
  expect(await refusalOf(read(wrong))).toMatch(/^SignatureDoesNotMatch 403/)
  expect(await get(cloud, host, presigned(keys, host))).toBe("200 x")
  expect(await get(cloud, host, presigned(wrong, host))).toBe("403 SignatureDoesNotMatch")
  await cloud.fail({ region: "us-east-1" })
  expect(await get(cloud, host, presigned(keys, host))).toBe("404 NoSuchKey")
})

test("nobody gets in unsigned, and AWS's own address takes no signature for one Region", async () => {
  const { cloud, host, Bucket } = await openUser()
  expect(await get(cloud, host, "")).toBe("403 AccessDenied")
  const client = cloud.client(S3Client, {
    endpoint: `https://${host.slice(host.indexOf(".") + 6)}`,
  })
  const alias = Bucket.slice(Bucket.indexOf("/") + 1)
  expect(await refusalOf(client.send(new GetObjectCommand({ Bucket: alias, Key: "a" })))).toMatch(
    /^UnsupportedSignature 400/,
  )
})
