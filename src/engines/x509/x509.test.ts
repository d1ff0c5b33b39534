import { createPrivateKey, X509Certificate } from "node:crypto"
import { expect, test } from "vitest"
import { isIssuedBy, readCertificate, serialText, signCertificate } from "./certificate.ts"
import { DerError } from "./der-reader.ts"
import {
  authorityInfoAccess,
  authorityKeyIdentifier,
  basicConstraints,
  critical,
  crlDistributionPoints,
  extendedKeyUsage,
  keyIdentifier,
  keyUsage,
  readAltNames,
  readBasicConstraints,
  readKeyUsage,
  readPurposes,
  subjectAltName,
  subjectKeyIdentifier,
} from "./extension.ts"
import { generateKeys, type KeyAlgorithm, type KeyPair } from "./key-pair.ts"
import { nameText, readName, writeName } from "./name.ts"
import { ACCESS, ATTRIBUTE, PURPOSE } from "./object-ids.ts"
import { ocspFailure, readOcspRequest, signOcspResponse, type OcspStatus } from "./ocsp.ts"
import { pem, pemBlocks } from "./pem.ts"
import { isGenuine, readRequest, signRequest } from "./request.ts"
import { signRevocationList } from "./revocation-list.ts"
import type { SignatureAlgorithm, Signer } from "./signature.ts"
import { hasOpenSsl, openSsl } from "./testing/openssl.ts"

const DAY_MS = 86_400_000
const NOW = Date.now()
const START = Math.floor(NOW / 1000) * 1000 - DAY_MS

interface Authority {
  readonly pair: KeyPair
  readonly signer: Signer
  readonly name: Uint8Array
  readonly der: Uint8Array
}

async function authority(kind: KeyAlgorithm, algorithm: SignatureAlgorithm): Promise<Authority> {
  const pair = await generateKeys(kind)
  const key = createPrivateKey({ key: Buffer.from(pair.privateKey), format: "der", type: "pkcs8" })
  const name = writeName([
    { type: ATTRIBUTE.country, value: "DE" },
    { type: ATTRIBUTE.organization, value: "Bücher & Co" },
    { type: ATTRIBUTE.commonName, value: "Root" },
  ])
  const signer = { key, algorithm }
  const id = keyIdentifier(pair.publicKey)
  const der = signCertificate(
    {
      ...{ serial: Buffer.from("4a01", "hex"), issuer: name, subject: name },
      ...{ notBeforeMs: START, notAfterMs: START + 4_000 * DAY_MS, publicKey: pair.publicKey },
      extensions: [
        critical(basicConstraints({ authority: true })),
        critical(keyUsage(["digitalSignature", "keyCertSign", "cRLSign"])),
        subjectKeyIdentifier(id),
      ],
    },
    signer,
  )
  return { pair, signer, name, der }
}

async function server(root: Authority): Promise<{ pair: KeyPair; der: Uint8Array }> {
  const pair = await generateKeys("EC_prime256v1")
  const der = signCertificate(
    {
      serial: Buffer.from("00ff02", "hex"),
      issuer: root.name,
      subject: writeName([{ type: ATTRIBUTE.commonName, value: "a.example.com" }]),
      ...{ notBeforeMs: START, notAfterMs: START + 100 * DAY_MS, publicKey: pair.publicKey },
      extensions: [
        basicConstraints({ authority: false }),
        authorityKeyIdentifier(keyIdentifier(root.pair.publicKey)),
        critical(keyUsage(["digitalSignature", "decipherOnly"])),
        extendedKeyUsage([PURPOSE.serverAuth, "1.2.3.4"]),
        subjectAltName([
          { kind: "dns", value: "a.example.com" },
          { kind: "ip", value: "10.0.0.1" },
          { kind: "ip", value: "fe80::1" },
          { kind: "other", type: "1.3.6.1.4.1.311.20.2.3", value: "ü@example.com" },
        ]),
        crlDistributionPoints(["http://crl.example.com/a.crl"]),
        authorityInfoAccess([[ACCESS.ocsp, { kind: "uri", value: "http://ocsp.example.com" }]]),
      ],
    },
    root.signer,
  )
  return { pair, der }
}

const SCHEMES: readonly (readonly [KeyAlgorithm, SignatureAlgorithm])[] = [
  ["RSA_2048", "SHA256WITHRSA"],
  ["EC_prime256v1", "SHA256WITHECDSA"],
  ["EC_secp384r1", "SHA384WITHECDSA"],
  ["EC_secp521r1", "SHA512WITHECDSA"],
]

test.each(SCHEMES)("what a key of %s signs is read as it was written", async (kind, algorithm) => {
  const root = await authority(kind, algorithm)
  const { der, pair } = await server(root)
  const [read, issuer] = [readCertificate(der), readCertificate(root.der)]
  expect(isIssuedBy(read, issuer)).toBe(true)
  expect(isIssuedBy(issuer, read)).toBe(false)
  expect(serialText(read.serial)).toBe("ff:02")
  expect([read.notBeforeMs, read.notAfterMs]).toEqual([START, START + 100 * DAY_MS])
  expect(Buffer.from(read.publicKey)).toEqual(Buffer.from(pair.publicKey))
  expect(readBasicConstraints(read.extensions)).toEqual({ authority: false })
  expect(readKeyUsage(read.extensions)).toEqual(["digitalSignature", "decipherOnly"])
  expect(readPurposes(read.extensions)).toEqual([PURPOSE.serverAuth, "1.2.3.4"])
  expect(readAltNames(read.extensions)).toMatchObject([
    { kind: "dns", value: "a.example.com" },
    { kind: "ip", value: "10.0.0.1" },
    { kind: "ip", value: "fe80:0:0:0:0:0:0:1" },
    { kind: "raw" },
  ])
  // Node reads it, too.
  const node = new X509Certificate(der)
  expect(node.verify(new X509Certificate(root.der).publicKey)).toBe(true)
  expect(node.subjectAltName).toContain("DNS:a.example.com, IP Address:10.0.0.1")
  expect(nameText(issuer.subject)).toBe("C=DE,O=Bücher & Co,CN=Root")
  expect(readName(issuer.subject)).toHaveLength(3)
  expect(pemBlocks(pem("CERTIFICATE", der) + pem("CERTIFICATE", root.der))).toHaveLength(2)
})

test("ML-DSA signs where Node has it", async ({ skip }) => {
  const root = await authority("ML_DSA_65", "ML_DSA_65").catch(() => undefined)
  if (!root) return skip("this Node.js has no ML-DSA")
  const read = readCertificate(root.der)
  expect(isIssuedBy(read, read)).toBe(true)
  expect(isIssuedBy({ ...read, signed: { ...read.signed, bytes: Buffer.from("x") } }, read)).toBe(
    false,
  )
})

test("what is no DER is refused, wherever it is cut or changed", async () => {
  const { der } = await authority("EC_prime256v1", "SHA256WITHECDSA")
  for (let length = 0; length < der.length; length += 1)
    expect(() => readCertificate(der.subarray(0, length))).toThrow(DerError)
  for (let at = 0; at < der.length; at += 1) {
    const changed = Uint8Array.from(der)
    changed[at] = 0xff
    try {
      const read = readCertificate(changed)
      if (changed[at] !== der[at]) expect(isIssuedBy(read, read), `byte ${at}`).toBe(false)
    } catch (error) {
      expect(error).toBeInstanceOf(DerError)
    }
  }
  expect(pemBlocks("nothing")).toBeUndefined()
  expect(pemBlocks(`${pem("A", der)}x${pem("B", der)}`)).toBeUndefined()
})

test("requests prove the key and carry extensions", async () => {
  const { pair, signer, name } = await authority("EC_prime256v1", "SHA256WITHECDSA")
  const asked = { subject: name, publicKey: pair.publicKey, extensions: [] }
  expect(isGenuine(readRequest(signRequest(asked, signer)))).toBe(true)
  const names = subjectAltName([{ kind: "dns", value: "x.example.com" }])
  const more = readRequest(signRequest({ ...asked, extensions: [names] }, signer))
  expect(readAltNames(more.extensions)).toEqual([{ kind: "dns", value: "x.example.com" }])
  const foreign = await generateKeys("EC_prime256v1")
  const stolen = signRequest({ ...asked, publicKey: foreign.publicKey }, signer)
  expect(isGenuine(readRequest(stolen))).toBe(false)
})

test.skipIf(!hasOpenSsl).each(SCHEMES)(
  "OpenSSL verifies chain, list and answers of %s",
  async (kind, algorithm) => {
    const root = await authority(kind, algorithm)
    const { der } = await server(root)
    const tool = openSsl()
    tool.write("root.pem", pem("CERTIFICATE", root.der))
    tool.write("server.pem", pem("CERTIFICATE", der))
    expect(tool.run("verify -x509_strict -CAfile root.pem root.pem")).toContain("root.pem: OK")
    expect(tool.run("verify -CAfile root.pem server.pem")).toContain("server.pem: OK")
    const text = tool.run("x509 -in server.pem -noout -text")
    for (const part of ["DNS:a.example.com, IP Address:10.0.0.1", "Decipher Only", "1.2.3.4"])
      expect(text).toContain(part)
    expect(text).toContain("OCSP - URI:http://ocsp.example.com")
    expect(text).toContain("URI:http://crl.example.com/a.crl")

    const request = { subject: root.name, publicKey: root.pair.publicKey, extensions: [] }
    tool.write("request.pem", pem("CERTIFICATE REQUEST", signRequest(request, root.signer)))
    expect(tool.run("req -in request.pem -noout -verify")).toContain("verify OK")

    const serial = readCertificate(der).serial
    const list = (revoked: boolean, number: number) =>
      signRevocationList(
        {
          issuer: root.name,
          issuerKeyId: keyIdentifier(root.pair.publicKey),
          ...{ number, thisUpdateMs: NOW - 1_000, nextUpdateMs: NOW + DAY_MS },
          revoked: revoked ? [{ serial, atMs: NOW - 2_000, reason: "KEY_COMPROMISE" }] : [],
        },
        root.signer,
      )
    const check = "verify -crl_check -CAfile root.pem -CRLfile list.pem server.pem"
    tool.write("list.pem", pem("X509 CRL", list(false, 255)))
    expect(tool.run(check)).toContain("server.pem: OK")
    tool.write("list.pem", pem("X509 CRL", list(true, 256)))
    expect(tool.run(check)).toContain("certificate revoked")
    expect(tool.run("crl -in list.pem -noout -text")).toMatch(/X509v3 CRL Number: \s*256/)
  },
)

test.skipIf(!hasOpenSsl)("OpenSSL asks and believes by OCSP", async () => {
  const root = await authority("EC_prime256v1", "SHA256WITHECDSA")
  const { der } = await server(root)
  const tool = openSsl()
  tool.write("root.pem", pem("CERTIFICATE", root.der))
  tool.write("server.pem", pem("CERTIFICATE", der))
  tool.run("ocsp -issuer root.pem -cert server.pem -reqout request.der")
  const request = readOcspRequest(tool.read("request.der"))
  expect(request.nonce?.value.length).toBeGreaterThan(8)
  expect(ocspFailure("unauthorized")).toEqual(Buffer.from("30030a0106", "hex"))
  const states: OcspStatus[] = [
    { state: "good" },
    { state: "unknown" },
    { state: "revoked", atMs: NOW - 5_000, reason: "SUPERSEDED" },
  ]
  for (const status of states) {
    const answer = signOcspResponse(
      {
        responderKeyId: keyIdentifier(root.pair.publicKey),
        ...{ producedMs: NOW - 1_000, nextUpdateMs: NOW + DAY_MS, nonce: request.nonce },
        answers: request.certificates.map((certificate) => ({ certificate, status })),
      },
      root.signer,
    )
    tool.write("answer.der", answer)
    const said = tool.run(
      "ocsp -issuer root.pem -cert server.pem -CAfile root.pem -respin answer.der -reqin request.der -no_nonce",
    )
    expect(said).toContain("Response verify OK")
    expect(said).toContain(`server.pem: ${status.state}`)
  }
})
