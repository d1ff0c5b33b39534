import {
  DeleteServerCertificateCommand,
  GetServerCertificateCommand,
  ListServerCertificatesCommand,
  ListServerCertificateTagsCommand,
  TagServerCertificateCommand,
  UntagServerCertificateCommand,
  UpdateServerCertificateCommand,
  UploadServerCertificateCommand,
  type IAMClient,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { LEAF_CERTIFICATE, LEAF_KEY, ROOT_CERTIFICATE, ROOT_KEY } from "../testing/certificate.ts"
import { ACCOUNT, openIam, refusalOf } from "../testing/open-iam.ts"

const named = { ServerCertificateName: "site" }

const upload = (client: IAMClient, more = {}) =>
  client.send(
    new UploadServerCertificateCommand({
      ...{ ...named, CertificateBody: LEAF_CERTIFICATE, PrivateKey: LEAF_KEY },
      ...more,
    }),
  )

const get = async (client: IAMClient, ServerCertificateName = "site") =>
  (await client.send(new GetServerCertificateCommand({ ServerCertificateName }))).ServerCertificate

test("a certificate comes back with its chain and never with its key", async () => {
  const { client } = await openIam()
  const made = await upload(client, { CertificateChain: ROOT_CERTIFICATE, Path: "/cloudfront/" })
  const metadata = {
    ...{ ...named, Path: "/cloudfront/" },
    Arn: `arn:aws:iam::${ACCOUNT}:server-certificate/cloudfront/site`,
    ServerCertificateId: expect.stringMatching(/^ASCA[A-Z2-7]{17}$/),
    UploadDate: expect.any(Date),
    Expiration: expect.any(Date),
  }
  expect(made.ServerCertificateMetadata).toEqual(metadata)
  expect(await get(client)).toEqual({
    ServerCertificateMetadata: metadata,
    CertificateBody: LEAF_CERTIFICATE,
    CertificateChain: ROOT_CERTIFICATE,
  })
  expect(made.ServerCertificateMetadata?.Expiration?.getUTCFullYear()).toBe(2126)
})

test.each([
  ["no certificate", { CertificateBody: "x" }, /^400 MalformedCertificate: Unable to parse cert/],
  ["another key", { PrivateKey: ROOT_KEY }, /^400 KeyPairMismatch: /],
  ["no key", { PrivateKey: "x" }, /^400 MalformedCertificate: Unable to parse private key/],
  [
    "a chain of others",
    { CertificateChain: LEAF_CERTIFICATE },
    /^400 MalformedCertificate: Unable to validate certificate chain\..* is: 0$/,
  ],
])("%s is refused", async (_what, wrong, refusal) => {
  const { client } = await openIam()
  expect(await refusalOf(upload(client, wrong))).toMatch(refusal)
  expect(await refusalOf(get(client))).toBe(
    "404 NoSuchEntity: The Server Certificate with name site cannot be found.",
  )
})

test("a name is taken once, can change, and goes", async () => {
  const { client } = await openIam()
  await upload(client)
  const taken = "409 EntityAlreadyExists: The Server Certificate with name site already exists."
  expect(await refusalOf(upload(client))).toBe(taken)
  await client.send(
    new UpdateServerCertificateCommand({
      ...named,
      NewServerCertificateName: "shop",
      NewPath: "/new/",
    }),
  )
  expect(await refusalOf(get(client))).toMatch(/^404/)
  expect((await get(client, "shop"))?.ServerCertificateMetadata?.Path).toBe("/new/")
  await upload(client)
  const list = async (PathPrefix?: string) => {
    const page = await client.send(new ListServerCertificatesCommand({ PathPrefix }))
    return page.ServerCertificateMetadataList?.map((one) => one.ServerCertificateName)
  }
  expect(await list()).toEqual(["shop", "site"])
  expect(await list("/new/")).toEqual(["shop"])
  await client.send(new DeleteServerCertificateCommand(named))
  expect(await list()).toEqual(["shop"])
})

test("tags are set, listed and taken off", async () => {
  const { client } = await openIam()
  await upload(client, { Tags: [{ Key: "a", Value: "1" }] })
  await client.send(new TagServerCertificateCommand({ ...named, Tags: [{ Key: "b", Value: "2" }] }))
  await client.send(new UntagServerCertificateCommand({ ...named, TagKeys: ["a"] }))
  const { Tags } = await client.send(new ListServerCertificateTagsCommand(named))
  expect(Tags).toEqual([{ Key: "b", Value: "2" }])
})
