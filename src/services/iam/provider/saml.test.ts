import {
  CreateSAMLProviderCommand,
  DeleteSAMLProviderCommand,
  GetSAMLProviderCommand,
  ListSAMLProvidersCommand,
  ListSAMLProviderTagsCommand,
  TagSAMLProviderCommand,
  UntagSAMLProviderCommand,
  UpdateSAMLProviderCommand,
  type IAMClient,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { newEncryptionPair } from "../../sts/testing/saml-encryption.ts"
import { LEAF_KEY, ROOT_CERTIFICATE } from "../testing/certificate.ts"
import { ACCOUNT, openIam, refusalOf } from "../testing/open-iam.ts"

const ARN = `arn:aws:iam::${ACCOUNT}:saml-provider/Corp`
const named = { SAMLProviderArn: ARN }

const body = (pem: string): string => pem.replace(/-----.*-----/g, "")

const metadata = (attributes = "", certificate = body(ROOT_CERTIFICATE)): string =>
  `<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com" ${attributes}>
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
      <ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data>
    </ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/sso"/>
    <!-- ${"-x".repeat(300)} -->
  </md:IDPSSODescriptor>
</md:EntityDescriptor>`

const create = (client: IAMClient, SAMLMetadataDocument = metadata(), more = {}) =>
  client.send(new CreateSAMLProviderCommand({ Name: "Corp", SAMLMetadataDocument, ...more }))

const get = (client: IAMClient) => client.send(new GetSAMLProviderCommand(named))

test("a provider gives its metadata back", async () => {
  const { client } = await openIam()
  const document = metadata('validUntil="2040-01-02T03:04:05Z"')
  expect(await create(client, document)).toMatchObject({ SAMLProviderArn: ARN })
  expect(await get(client)).toMatchObject({
    SAMLMetadataDocument: document,
    ValidUntil: new Date("2040-01-02T03:04:05Z"),
    SAMLProviderUUID: expect.stringMatching(/^[A-Z0-9]{22}$/),
  })
  const { SAMLProviderList } = await client.send(new ListSAMLProvidersCommand({}))
  expect(SAMLProviderList).toMatchObject([
    { Arn: ARN, ValidUntil: new Date("2040-01-02T03:04:05Z") },
  ])
})

test("a name is taken once", async () => {
  const { client } = await openIam()
  await create(client)
  expect(await refusalOf(create(client))).toBe(
    "409 EntityAlreadyExists: SAMLProvider with name Corp already exists.",
  )
})

test.each([
  ["no XML", "x".repeat(1_000)],
  ["a certificate that is none", metadata("", "AAAA")],
  ["no identity provider", metadata().replaceAll("IDPSSODescriptor", "SPSSODescriptor")],
])("%s is no metadata", async (_what, document) => {
  const { client } = await openIam()
  expect(await refusalOf(create(client, document))).toBe(
    "400 InvalidInput: Could not parse metadata",
  )
})

test("metadata is replaced, and only by metadata", async () => {
  const { client } = await openIam()
  await create(client)
  const update = (SAMLMetadataDocument: string) =>
    client.send(new UpdateSAMLProviderCommand({ ...named, SAMLMetadataDocument }))
  const other = metadata('validUntil="2041-01-01T00:00:00Z"')
  expect(await update(other)).toMatchObject(named)
  expect(await refusalOf(update("x".repeat(1_000)))).toMatch(/Could not parse metadata/)
  expect((await get(client)).SAMLMetadataDocument).toBe(other)
})

const update = (client: IAMClient, more: object) =>
  client.send(new UpdateSAMLProviderCommand({ ...named, ...more }))

test("private keys for encrypted assertions are told by their ids alone, and can be rotated", async () => {
  const { client } = await openIam()
  const [first, second, third] = [newEncryptionPair(), newEncryptionPair(), newEncryptionPair()]
  const AddPrivateKey = first.privateKey
  await create(client, metadata(), { AddPrivateKey, AssertionEncryptionMode: "Required" })
  const told = await get(client)
  const KeyId = expect.stringMatching(/^[A-Z0-9]{22,64}$/) as string
  expect(told).toMatchObject({
    AssertionEncryptionMode: "Required",
    PrivateKeyList: [{ KeyId, Timestamp: expect.any(Date) as Date }],
  })
  const id = told.PrivateKeyList?.[0]?.KeyId
  expect(await refusalOf(update(client, { RemovePrivateKey: id }))).toBe(
    "400 InvalidInput: Failed to remove private key.",
  )
  await update(client, { AddPrivateKey: second.privateKey })
  expect(await refusalOf(update(client, { AddPrivateKey: third.privateKey }))).toBe(
    "409 LimitExceeded: Private key limit of 2 is reached.",
  )
  await update(client, { RemovePrivateKey: id })
  const { PrivateKeyList } = await get(client)
  expect(PrivateKeyList).toEqual([{ KeyId, Timestamp: expect.any(Date) as Date }])
  expect(PrivateKeyList?.[0]?.KeyId).not.toBe(id)
  await update(client, { AssertionEncryptionMode: "Allowed" })
  await update(client, { RemovePrivateKey: PrivateKeyList?.[0]?.KeyId })
  const { AssertionEncryptionMode, PrivateKeyList: none } = await get(client)
  expect([AssertionEncryptionMode, none]).toEqual(["Allowed", undefined])
})

test("keys and modes that cannot be are refused in AWS's words", async () => {
  const { client } = await openIam()
  const required = { AssertionEncryptionMode: "Required" }
  const noKey =
    "400 InvalidInput: Unable to set assertion encryption mode to Required because no private key is provided."
  expect(await refusalOf(create(client, metadata(), required))).toBe(noKey)
  expect(await refusalOf(create(client, metadata(), { AddPrivateKey: LEAF_KEY }))).toBe(
    "400 InvalidInput: Invalid private key.",
  )
  await create(client)
  const { AssertionEncryptionMode, PrivateKeyList } = await get(client)
  expect([AssertionEncryptionMode, PrivateKeyList]).toEqual([undefined, undefined])
  const refusals: [object, string][] = [
    [required, noKey],
    [{ AddPrivateKey: "x" }, "400 InvalidInput: Invalid private key."],
    [
      { RemovePrivateKey: "A".repeat(22) },
      "400 InvalidInput: Failed to remove private key because the Key ID does not match a private key.",
    ],
    [
      { AddPrivateKey: "x", RemovePrivateKey: "A".repeat(22) },
      "400 InvalidInput: Unable to add and remove private keys in the same request. Set a value for only one of the two parameters.",
    ],
    [
      {},
      "400 InvalidInput: Unable to update identity provider. No updates are defined for metadata or encryption assertion.",
    ],
  ]
  for (const [more, refusal] of refusals)
    expect(await refusalOf(update(client, more))).toBe(refusal)
})

test("a provider that is gone is not found", async () => {
  const { client } = await openIam()
  await create(client)
  await client.send(new DeleteSAMLProviderCommand(named))
  const missing = `404 NoSuchEntity: Manifest not found for arn ${ARN}`
  expect(await refusalOf(get(client))).toBe(missing)
  expect(await refusalOf(client.send(new DeleteSAMLProviderCommand(named)))).toBe(missing)
})

test("tags are set, listed and taken off", async () => {
  const { client } = await openIam()
  await create(client, metadata(), { Tags: [{ Key: "a", Value: "1" }] })
  await client.send(new TagSAMLProviderCommand({ ...named, Tags: [{ Key: "b", Value: "2" }] }))
  const list = () => client.send(new ListSAMLProviderTagsCommand(named))
  expect((await list()).Tags).toHaveLength(2)
  await client.send(new UntagSAMLProviderCommand({ ...named, TagKeys: ["a"] }))
  expect((await list()).Tags).toEqual([{ Key: "b", Value: "2" }])
})
