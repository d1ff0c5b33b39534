import {
  ACMPCAClient,
  RevokeCertificateCommand,
  UpdateCertificateAuthorityCommand,
  type RevocationConfiguration,
} from "@aws-sdk/client-acm-pca"
import { GetObjectCommand, PutBucketPolicyCommand, type S3Client } from "@aws-sdk/client-s3"
import { X509Certificate } from "node:crypto"
import { expect, test } from "vitest"
import { hasOpenSsl, openSsl } from "../../../engines/x509/testing/openssl.ts"
import { createFront } from "../../../gateway/front.ts"
import { createSdkHandler } from "../../../gateway/sdk-handler.ts"
import { NOW, openCloud, request } from "../../../gateway/testing/open-cloud.ts"
import {
  activeRoot,
  certificate,
  describe,
  issue,
  openBucket,
  openPca,
  refusalOf,
  serverRequest,
} from "../testing/open-pca.ts"

const listed = (more: object = {}): RevocationConfiguration => ({
  CrlConfiguration: {
    ...{ Enabled: true, S3BucketName: "lists", ExpirationInDays: 10 },
    ...{ S3ObjectAcl: "BUCKET_OWNER_FULL_CONTROL", ...more },
  },
})
const revoke = (client: ACMPCAClient, CertificateAuthorityArn: string, arn: string) =>
  client.send(
    new RevokeCertificateCommand({
      ...{ CertificateAuthorityArn, CertificateSerial: arn.split("/").at(-1) ?? "" },
      RevocationReason: "KEY_COMPROMISE",
    }),
  )
const object = async (s3: S3Client, Key: string): Promise<Uint8Array> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: "lists", Key }))
  return (await Body?.transformToByteArray()) ?? new Uint8Array()
}
const idOf = (arn: string): string => arn.split("/").at(-1) ?? ""

test.skipIf(!hasOpenSsl)("the list in the bucket is what OpenSSL checks by", async () => {
  const { client, cloud } = await openPca()
  const s3 = await openBucket(cloud, "lists")
  const root = await activeRoot(client, { RevocationConfiguration: listed() })
  await cloud.settle()
  const key = `crl/${idOf(root)}.crl`
  const made = await issue(client, root, { Csr: await serverRequest() })
  const { Certificate = "", CertificateChain = "" } = await certificate(client, root, made)
  const tool = openSsl()
  tool.write("root.pem", CertificateChain)
  tool.write("server.pem", Certificate)
  const check = async () => {
    tool.write("list.der", await object(s3, key))
    tool.run("crl -inform der -in list.der -out list.pem")
    const at = Math.floor(cloud.now().getTime() / 1000)
    const files = "-CAfile root.pem -CRLfile list.pem server.pem"
    return tool.run(`verify -crl_check -attime ${at} ${files}`)
  }
  const numberOf = () => /CRL Number: \s*(\d+)/.exec(tool.run("crl -in list.pem -noout -text"))?.[1]
  expect(tool.run("x509 -in server.pem -noout -text")).toContain(
    `URI:http://localhost:4566/lists/${key}`,
  )
  expect(await check()).toContain("server.pem: OK")
  expect(numberOf()).toBe("1")
  await revoke(client, root, made)
  await cloud.advance("29m")
  expect(await check()).toContain("server.pem: OK")
  await cloud.advance("2m")
  expect(await check()).toContain("certificate revoked")
  expect(numberOf()).toBe("2")
  // Renewed when half of its time has gone.
  await cloud.advance("5d")
  await check()
  expect(numberOf()).toBe("3")
  // In one more list after its end, and then no more.
  await cloud.advance("40d")
  await check()
  expect(tool.run("crl -in list.pem -noout -text")).toContain("No Revoked Certificates")
})

test("a bucket that does not let the service in is refused, and tried every 15 minutes later", async () => {
  const { client, cloud } = await openPca()
  const create = (more?: object) => activeRoot(client, { RevocationConfiguration: listed(more) })
  expect(await refusalOf(create())).toMatch(/^InvalidArgsException: The S3 bucket cannot be used/)
  const s3 = await openBucket(cloud, "lists", ["s3:PutObject", "s3:PutObjectAcl"])
  expect(await refusalOf(create())).toBe(
    "InvalidPolicyException: The ACM Private CA Service Principal 'acm-pca.amazonaws.com' requires 's3:GetBucketAcl' permissions.",
  )
  const open = (Action: readonly string[], Effect = "Allow") => {
    const Principal = { Service: "acm-pca.amazonaws.com" }
    const Resource = ["arn:aws:s3:::lists", "arn:aws:s3:::lists/*"]
    const Statement = [{ Effect, Principal, Action, Resource }]
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement })
    return s3.send(new PutBucketPolicyCommand({ Bucket: "lists", Policy }))
  }
  await open(["s3:GetBucketAcl"])
  expect(await refusalOf(create())).toMatch(/requires 's3:PutObject' permissions/)
  await open(["s3:*"])
  const arn = await create({ CustomPath: "a/b", CustomCname: "crl.example.com" })
  await cloud.settle()
  const before = await object(s3, `a/b/${idOf(arn)}.crl`)
  const made = await issue(client, arn, { Csr: await serverRequest() })
  const { Certificate = "" } = await certificate(client, arn, made)
  const text = new X509Certificate(Certificate).raw.toString("latin1")
  expect(text).toContain(`http://crl.example.com/a/b/${idOf(arn)}.crl`)
  await revoke(client, arn, made)
  await open(["s3:*"], "Deny")
  await cloud.advance("31m")
  await open(["s3:*"])
  expect(await object(s3, `a/b/${idOf(arn)}.crl`)).toEqual(before)
  await cloud.advance("15m")
  expect(await object(s3, `a/b/${idOf(arn)}.crl`)).not.toEqual(before)
})

test.skipIf(!hasOpenSsl)(
  "partitions have lists of their own, which OpenSSL tells apart",
  async () => {
    const { client, cloud } = await openPca()
    const s3 = await openBucket(cloud, "lists")
    const root = await activeRoot(client, { RevocationConfiguration: listed() })
    const early = await issue(client, root, { Csr: await serverRequest() })
    await client.send(
      new UpdateCertificateAuthorityCommand({
        CertificateAuthorityArn: root,
        RevocationConfiguration: listed({ CrlType: "PARTITIONED" }),
      }),
    )
    const late = await issue(client, root, { Csr: await serverRequest() })
    for (const arn of [early, late]) await revoke(client, root, arn)
    await cloud.advance("31m")
    const tool = openSsl()
    const check = async (arn: string, list: string) => {
      const { Certificate = "", CertificateChain = "" } = await certificate(client, root, arn)
      tool.write("root.pem", CertificateChain)
      tool.write("server.pem", Certificate)
      const [, key = ""] =
        /URI:http:\/\/localhost:4566\/lists\/(\S+)/.exec(
          tool.run("x509 -in server.pem -noout -text"),
        ) ?? []
      expect(key).toMatch(new RegExp(`^crl/${idOf(root)}${list}$`))
      tool.write("list.der", await object(s3, key))
      tool.run("crl -inform der -in list.der -out list.pem")
      const at = Math.floor(cloud.now().getTime() / 1000)
      return tool.run(
        `verify -crl_check -attime ${at} -CAfile root.pem -CRLfile list.pem server.pem`,
      )
    }
    expect(await check(early, "\\.crl")).toContain("certificate revoked")
    const whole = tool.run("crl -in list.pem -noout -text")
    expect(whole.match(/Serial Number/g)).toHaveLength(1)
    expect(await check(late, "/[0-9a-f-]{36}\\.crl")).toContain("certificate revoked")
    expect(tool.run("crl -in list.pem -noout -text")).toContain(
      "Issuing Distribution Point: critical",
    )
    // The whole list says nothing of what a partition has.
    tool.write("list.der", await object(s3, `crl/${idOf(root)}.crl`))
    tool.run("crl -inform der -in list.der -out list.pem")
    expect(tool.run("crl -in list.pem -noout -text").match(/Serial Number/g)).toHaveLength(1)
  },
)

test("a configuration is checked, and one can be changed and ended", async () => {
  const { client, cloud } = await openPca()
  const s3 = await openBucket(cloud, "lists")
  const arn = await activeRoot(client)
  const update = (RevocationConfiguration: RevocationConfiguration) =>
    client.send(
      new UpdateCertificateAuthorityCommand({
        ...{ CertificateAuthorityArn: arn, RevocationConfiguration },
      }),
    )
  const bad = { CrlConfiguration: { Enabled: true, S3BucketName: "lists" } }
  expect(await refusalOf(update(bad))).toMatch(/^InvalidArgsException: /)
  expect(await refusalOf(update(listed({ CustomCname: "http://x" })))).toMatch(/protocol prefix/)
  await update(listed({ CrlDistributionPointExtensionConfiguration: { OmitExtension: true } }))
  await cloud.settle()
  const first = await object(s3, `crl/${idOf(arn)}.crl`)
  const made = await issue(client, arn, { Csr: await serverRequest() })
  const { Certificate = "" } = await certificate(client, arn, made)
  expect(new X509Certificate(Certificate).raw.toString("latin1")).not.toContain("http://")
  await update({ CrlConfiguration: { Enabled: false } })
  await cloud.advance("30d")
  expect(await object(s3, `crl/${idOf(arn)}.crl`)).toEqual(first)
  expect((await describe(client, arn))?.RevocationConfiguration).toEqual({
    ...{ CrlConfiguration: { Enabled: false }, OcspConfiguration: { Enabled: false } },
  })
})

test.skipIf(!hasOpenSsl)("the responder tells OpenSSL what became of a certificate", async () => {
  const cloud = await openCloud()
  const front = createFront(cloud, { version: "1.2.3", origins: [] })
  const client = new ACMPCAClient({
    ...{ region: "us-east-1", endpoint: "http://localhost:4566" },
    credentials: { accessKeyId: "111122223333", secretAccessKey: "test" },
    requestHandler: createSdkHandler(front) as never,
    systemClockOffset: NOW - Date.now(),
  })
  const OcspConfiguration = { Enabled: true }
  const root = await activeRoot(client, { RevocationConfiguration: { OcspConfiguration } })
  const made = await issue(client, root, { Csr: await serverRequest() })
  const { Certificate = "", CertificateChain = "" } = await certificate(client, root, made)
  const tool = openSsl()
  tool.write("root.pem", CertificateChain)
  tool.write("server.pem", Certificate)
  expect(tool.run("x509 -in server.pem -noout -ocsp_uri")).toBe(
    "http://localhost:4566/_cloudarium/ocsp\n",
  )
  const ask = async (options: string, method = "POST") => {
    tool.run(`ocsp ${options} -issuer root.pem -cert server.pem -reqout request.der`)
    const body = tool.read("request.der")
    const base64 = encodeURIComponent(Buffer.from(body).toString("base64"))
    const answer = await front(
      request({
        ...{ method, path: "/_cloudarium/ocsp" },
        ...(method === "GET" && { path: `/_cloudarium/ocsp/${base64}` }),
        ...(method === "POST" && { body }),
        // A name of the owner's own.
        headers: { host: "ocsp.example.com", "content-type": "application/ocsp-request" },
      }),
    )
    expect(answer.headers["content-type"]).toBe("application/ocsp-response")
    tool.write("answer.der", answer.body as Uint8Array)
    return tool.run(
      `ocsp ${options.replace("-no_nonce", "-sha1")} -issuer root.pem -cert server.pem -CAfile root.pem -respin answer.der -reqin request.der -no_nonce`,
    )
  }
  const good = await ask("-sha1")
  expect(good).toContain("Response verify OK")
  // The clouds that tests open live in another month than OpenSSL.
  expect(good).toMatch(/^good$/m)
  await revoke(client, root, made)
  for (const options of ["-sha1", "-sha256", "-no_nonce"]) {
    const said = await ask(options, options === "-no_nonce" ? "GET" : "POST")
    expect(said, options).toContain("Response verify OK")
    expect(said, options).toMatch(/^revoked$[^]*Reason: keyCompromise/m)
  }
  const off = { OcspConfiguration: { Enabled: false } }
  await client.send(
    new UpdateCertificateAuthorityCommand({
      ...{ CertificateAuthorityArn: root, RevocationConfiguration: off },
    }),
  )
  expect(await ask("-sha1")).toContain("unauthorized")
  const headers = { "content-type": "application/ocsp-request" }
  const { body } = await front(request({ headers, text: "x" }))
  expect(body).toEqual(Buffer.from("30030a0101", "hex"))
})
