import { ExportCertificateCommand } from "@aws-sdk/client-acm"
import { createServer as createHttp, get as getHttp, type IncomingMessage } from "node:http"
import { createServer as createHttps, get as getHttps } from "node:https"
import { connect, createServer, type AddressInfo, type Server } from "node:net"
import { ACMPCAClient } from "@aws-sdk/client-acm-pca"
import { expect, onTestFinished, test } from "vitest"
import { activeRoot } from "../../acm-pca/testing/open-pca.ts"
import { describe, issued, openAcm, request, selfSigned } from "../testing/open-acm.ts"

const SECRET = "the answer that nobody on the way may read"

/** Where a server listens. */
async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

/** Somebody on the way to a port, and all that they have seen. */
async function listenOnTheWay(port: number): Promise<{ port: number; seen: () => string }> {
  const chunks: Buffer[] = []
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1")
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on("data", (chunk: Buffer) => chunks.push(chunk))
      from.on("error", () => to.destroy())
      from.pipe(to)
    }
  })
  return { port: await listen(server), seen: () => Buffer.concat(chunks).toString("latin1") }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = ""
  for await (const chunk of answer) text += String(chunk)
  return text
}

const overHttp = (port: number) =>
  new Promise<string>((resolve, reject) => {
    getHttp(
      { port, host: "127.0.0.1", agent: false },
      (answer) => void textOf(answer).then(resolve, reject),
    ).on("error", reject)
  })

const overHttps = (port: number, ca: string | undefined, servername = "a.example.com") =>
  new Promise<string>((resolve, reject) => {
    const options = { port, host: "127.0.0.1", servername, ca, agent: false }
    getHttps(options, (answer) => void textOf(answer).then(resolve, reject)).on("error", reject)
  })

test("ACM-8 HTTPS hides what is said and proves who says it by a signature that is trusted; HTTP does neither", async () => {
  const acm = await openAcm()
  const arn = await issued(acm, { Options: { Export: "ENABLED" } })
  const Passphrase = Buffer.from("open sesame")
  const exported = await acm.client.send(
    new ExportCertificateCommand({ CertificateArn: arn, Passphrase }),
  )
  const { Certificate: cert = "", PrivateKey: key = "", CertificateChain: ca = "" } = exported
  const passphrase = "open sesame"
  const own = createHttps({ cert, key, passphrase }, (_asked, answer) => void answer.end(SECRET))
  const secure = await listenOnTheWay(await listen(own))
  expect(await overHttps(secure.port, ca)).toBe(SECRET)
  expect(secure.seen()).not.toContain(SECRET)

  const open = createHttp((_asked, answer) => void answer.end(SECRET))
  const plain = await listenOnTheWay(await listen(open))
  expect(await overHttp(plain.port)).toBe(SECRET)
  expect(plain.seen()).toContain(SECRET)

  // Somebody in its place has no certificate that the client trusts.
  const lying = await selfSigned()
  const material = { cert: lying.certificate, key: lying.privateKey }
  const impostor = createHttps(material, (_asked, answer) => void answer.end("lies"))
  await expect(overHttps(await listen(impostor), ca)).rejects.toThrow(/self-signed certificate/)
  const liar = createHttp((_asked, answer) => void answer.end("lies"))
  expect(await overHttp(await listen(liar))).toBe("lies")
})

test("ACM-3 a private certificate serves an internal app, to clients that trust one's own CA", async () => {
  const acm = await openAcm()
  const CertificateAuthorityArn = await activeRoot(acm.cloud.client(ACMPCAClient))
  const DomainName = "app.corp.internal"
  const arn = await request(acm.client, { CertificateAuthorityArn, DomainName })
  expect(await describe(acm.client, arn)).toMatchObject({ Status: "ISSUED", Type: "PRIVATE" })
  const exportOf = (CertificateArn: string) =>
    acm.client.send(
      new ExportCertificateCommand({ CertificateArn, Passphrase: Buffer.from("pass") }),
    )
  const { Certificate: cert = "", PrivateKey: key = "", CertificateChain: ca } = await exportOf(arn)
  const app = createHttps({ cert, key, passphrase: "pass" }, (_asked, answer) => {
    answer.end(SECRET)
  })
  const port = await listen(app)
  expect(await overHttps(port, ca, DomainName)).toBe(SECRET)
  // Neither those who trust what everybody does, nor those who trust ACM's public authority.
  await expect(overHttps(port, undefined, DomainName)).rejects.toThrow(/certificate/)
  const known = await exportOf(await issued(acm, { Options: { Export: "ENABLED" } }))
  await expect(overHttps(port, known.CertificateChain, DomainName)).rejects.toThrow(/certificate/)
  await expect(overHttps(port, ca, "other.corp.internal")).rejects.toThrow(/altnames/)
})
