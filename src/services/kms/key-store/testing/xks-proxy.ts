import { createCipheriv, createDecipheriv, createPrivateKey, hash, randomBytes } from "node:crypto"
import { createServer } from "node:https"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import tls from "node:tls"
import { onTestFinished } from "vitest"
import { serialOf, signCertificate } from "../../../../engines/x509/certificate.ts"
import {
  basicConstraints,
  critical,
  subjectAltName,
  type Extension,
} from "../../../../engines/x509/extension.ts"
import { generateKeys } from "../../../../engines/x509/key-pair.ts"
import { writeName } from "../../../../engines/x509/name.ts"
import { ATTRIBUTE } from "../../../../engines/x509/object-ids.ts"
import { pem } from "../../../../engines/x509/pem.ts"
import { signRequest } from "../../../../protocols/sigv4/sign.ts"

export const CREDENTIAL = {
  AccessKeyId: "ABCDEFGHIJKLMNOPQRST",
  RawSecretAccessKey: "DXjSUawnel2fr6SKC7G25CNxTyWKE5PF9XX6H/u9pSo=",
}

type Fields = Readonly<Record<string, unknown>>

/** A key manager outside behind a proxy that speaks the published protocol, on this machine. */
export interface XksProxy {
  readonly endpoint: string
  /** 32 bytes, by the key's id. */
  readonly keys: Map<string, Buffer>
  /** What it was asked, the last last. */
  readonly asked: { readonly path: string; readonly body: Fields }[]
  secret: string
  /** Answers in place of what it would answer. */
  instead: ((path: string) => { status: number; body: unknown } | "nothing" | undefined) | undefined
}

export async function openXksProxy({ trusted = true } = {}): Promise<XksProxy> {
  const { key, cert, ca } = await certificates()
  const proxy: XksProxy = {
    ...{ endpoint: "", keys: new Map(), asked: [], instead: undefined },
    secret: CREDENTIAL.RawSecretAccessKey,
  }
  const server = createServer({ key, cert }, (request, response) => {
    void answer(proxy, request, response)
  })
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
  const before = tls.getCACertificates("default")
  if (trusted) tls.setDefaultCACertificates([...before, ca])
  onTestFinished(async () => {
    if (trusted) tls.setDefaultCACertificates(before)
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  })
  const { port } = server.address() as AddressInfo
  return Object.assign(proxy, { endpoint: `https://localhost:${port}` })
}

async function answer(proxy: XksProxy, request: IncomingMessage, response: ServerResponse) {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  const path = request.url ?? ""
  proxy.asked.push({ path, body: JSON.parse(body.toString()) as Fields })
  const other = proxy.instead?.(path)
  if (other === "nothing") return
  const { status, body: said } = other ?? judged(proxy, request, body)
  response.writeHead(status, { "content-type": "application/json" })
  response.end(typeof said === "string" ? said : JSON.stringify(said))
}

const refused = (status: number, errorName: string) => ({ status, body: { errorName } })

/** Judges the signature with the cloud's own signer of API requests, which is another one. */
function judged(proxy: XksProxy, { headers, url = "" }: IncomingMessage, body: Buffer) {
  const date = String(headers["x-amz-date"])
  const timeMs = Date.parse(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"))
  const { authorization } = signRequest(
    {
      ...{ method: "POST", path: url, query: "", body, secure: true, remoteAddress: "" },
      headers: { host: headers.host ?? "", "x-amz-date": date },
    },
    {
      credentials: { accessKeyId: CREDENTIAL.AccessKeyId, secret: proxy.secret },
      ...{ service: "kms-xks-proxy", region: "us-east-1", timeMs },
    },
  ).headers
  if (authorization !== headers.authorization) return refused(401, "AuthenticationFailedException")
  if (url === "/kms/xks/v1/health") return { status: 200, body: HEALTH }
  const [, id = "", verb] = /^\/kms\/xks\/v1\/keys\/([^/]+)\/(\w+)$/.exec(url) ?? []
  const key = proxy.keys.get(id)
  if (!key) return refused(404, "KeyNotFoundException")
  const fields = JSON.parse(body.toString()) as Record<string, string>
  if (verb === "metadata") return { status: 200, body: METADATA }
  return verb === "encrypt" ? encrypt(key, fields) : decrypt(key, fields)
}

const HEALTH = {
  ...{ xksProxyFleetSize: 1, xksProxyVendor: "v", xksProxyModel: "m", ekmVendor: "e" },
  ekmFleetDetails: [{ id: "one", model: "m", healthStatus: "ACTIVE" }],
}

export const METADATA = {
  keySpec: "AES_256",
  keyUsage: ["ENCRYPT", "DECRYPT"],
  keyStatus: "ENABLED",
}

const VERSION = Buffer.from("key_version=1")
const bytes = (text = ""): Buffer => Buffer.from(text, "base64")

/** "2-byte length … additionalAuthenticatedData … 1-byte length … ciphertextMetadata". */
function aadOf(aad: Buffer, metadata: Buffer): Buffer {
  const length = Buffer.from([aad.length >> 8, aad.length & 0xff])
  return Buffer.concat([length, aad, Buffer.from([metadata.length]), metadata])
}

function encrypt(key: Buffer, fields: Record<string, string>) {
  const aad = bytes(fields["additionalAuthenticatedData"])
  const iv = randomBytes(12)
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(aadOf(aad, VERSION))
  const text = Buffer.concat([cipher.update(bytes(fields["plaintext"])), cipher.final()])
  const tag = cipher.getAuthTag()
  const integrity = hash("sha256", Buffer.concat([aad, VERSION, iv, text, tag]), "base64")
  const body = {
    ...{ ciphertext: text.toString("base64"), authenticationTag: tag.toString("base64") },
    ...{ initializationVector: iv.toString("base64"), ciphertextDataIntegrityValue: integrity },
    ciphertextMetadata: VERSION.toString("base64"),
  }
  return { status: 200, body }
}

function decrypt(key: Buffer, fields: Record<string, string>) {
  const iv = bytes(fields["initializationVector"])
  const metadata = bytes(fields["ciphertextMetadata"])
  const aad = aadOf(bytes(fields["additionalAuthenticatedData"]), metadata)
  const cipher = createDecipheriv("aes-256-gcm", key, iv).setAAD(aad)
  cipher.setAuthTag(bytes(fields["authenticationTag"]))
  try {
    const plain = Buffer.concat([cipher.update(bytes(fields["ciphertext"])), cipher.final()])
    return { status: 200, body: { plaintext: plain.toString("base64") } }
  } catch {
    return refused(400, "InvalidCiphertextException")
  }
}

/** A CA and a certificate of it for `localhost`. */
async function certificates() {
  const root = await generateKeys("EC_prime256v1")
  const own = await generateKeys("EC_prime256v1")
  const keyOf = (der: Uint8Array) =>
    createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" })
  const name = (value: string) => writeName([{ type: ATTRIBUTE.commonName, value }])
  const issue = (subject: string, publicKey: Uint8Array, extension: Extension) =>
    pem(
      "CERTIFICATE",
      signCertificate(
        {
          ...{ serial: serialOf(randomBytes(16)), issuer: name("XKS tests"), publicKey },
          ...{ subject: name(subject), extensions: [extension] },
          ...{ notBeforeMs: Date.now() - 60_000, notAfterMs: Date.now() + 3_600_000 },
        },
        { key: keyOf(root.privateKey), algorithm: "SHA256WITHECDSA" },
      ),
    )
  return {
    key: keyOf(own.privateKey).export({ type: "pkcs8", format: "pem" }),
    cert: issue("localhost", own.publicKey, subjectAltName([{ kind: "dns", value: "localhost" }])),
    ca: issue("XKS tests", root.publicKey, critical(basicConstraints({ authority: true }))),
  }
}
