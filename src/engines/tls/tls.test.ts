import { get as httpsGet } from "node:https"
import { connect as http2Connect, type IncomingHttpHeaders } from "node:http2"
import { connect as tcpConnect } from "node:net"
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls"
import { randomBytes } from "node:crypto"
import { describe, expect, test } from "vitest"
import type { WireHandler } from "../../kernel/host/transport/options.ts"
import { serve, type TestServer, until } from "../../kernel/host/transport/testing/server.ts"
import { type LocalCa, openLocalCa } from "./local-ca.ts"

const echo: WireHandler = (request) =>
  Promise.resolve({
    status: 200,
    headers: {
      "X-Secure": String(request.secure),
      "X-Host": request.headers["host"] ?? "",
      "X-Tls": request.tls ? `${request.tls.version} ${request.tls.cipher}` : "none",
    },
    body: `${request.method} ${request.path} ${Buffer.from(request.body).toString()}`,
  })

interface Secured {
  readonly server: TestServer
  readonly ca: LocalCa
  /** How often key material was asked for. */
  readonly opened: () => number
}

async function secured(http1: "own" | "node", limits = {}): Promise<Secured> {
  const now = Date.now()
  const ca = await openLocalCa({
    now: () => now,
    random: { bytes: (_, count) => randomBytes(count) },
  })
  let opened = 0
  const server = await serve(http1, echo, {
    limits,
    tls: () => {
      opened++
      return Promise.resolve(ca)
    },
  })
  return { server, ca, opened: () => opened }
}

function secure(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", ...options })
    socket.once("secureConnect", () => resolve(socket))
    socket.once("error", reject)
  })
}

function text(port: number, ca: string, host: string): Promise<[number | undefined, string]> {
  return new Promise((resolve, reject) => {
    const options = { port, host: "127.0.0.1", servername: host, ca, headers: { host } }
    const request = httpsGet({ ...options, path: "/p", agent: false }, (response) => {
      let body = ""
      response.on("data", (chunk: Buffer) => (body += chunk.toString()))
      response.on("end", () => resolve([response.statusCode, body]))
    })
    request.on("error", reject)
  })
}

describe.each(["own", "node"] as const)("TLS, HTTP/1.1 by %s", (http1) => {
  test("the same port serves plain and TLS, and loads TLS only when it is wanted", async () => {
    const { server, ca, opened } = await secured(http1)
    const plain = await server.client()
    await plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    expect((await plain.answer())?.headers).toMatchObject({ "x-secure": "false", "x-tls": "none" })
    expect(opened()).toBe(0)
    const hosts = [
      "localhost",
      "bucket.s3.localhost.localstack.cloud",
      "sqs.us-east-1.localhost.localstack.cloud",
      "s3.eu-central-1.amazonaws.com",
    ]
    for (const host of hosts) {
      expect(await text(server.port, ca.certificate, host)).toEqual([200, "GET /p "])
    }
    expect(opened()).toBe(1)
    await server.stop()
    expect(server.clock.timers).toBe(0)
  })

  test("an address instead of a name; and a client that does not trust us", async () => {
    const { server, ca } = await secured(http1)
    const socket = await secure(server.port, { ca: ca.certificate })
    expect(socket.authorized).toBe(true)
    socket.destroy()
    await expect(secure(server.port, { servername: "localhost" })).rejects.toThrow(
      /self.signed|unable to/,
    )
    await until(() => server.listener.connections() === 0)
    await server.stop()
  })

  test("ALPN chooses the HTTP", async () => {
    const { server, ca } = await secured(http1)
    const choose = async (offers: string[] | undefined): Promise<string | false | null> => {
      const socket = await secure(server.port, {
        ca: ca.certificate,
        ...(offers && { ALPNProtocols: offers }),
      })
      const { alpnProtocol } = socket
      socket.destroy()
      return alpnProtocol
    }
    expect(await choose(["h2", "http/1.1"])).toBe("h2")
    expect(await choose(["http/1.1"])).toBe("http/1.1")
    expect(await choose(undefined)).toBe(false)
    await expect(choose(["spdy/3"])).rejects.toThrow(/alert|ECONNRESET/)
    await server.stop()
  })

  test("HTTP/2 over TLS", async () => {
    const { server, ca } = await secured(http1)
    const session = http2Connect(`https://localhost:${server.port}`, { ca: ca.certificate })
    const stream = session.request({ ":path": "/p?q", ":method": "POST" })
    const head = new Promise<IncomingHttpHeaders>((resolve) => stream.on("response", resolve))
    stream.end("body")
    let body = ""
    for await (const chunk of stream) body += String(chunk)
    expect(body).toBe("POST /p body")
    expect(await head).toMatchObject({
      ":status": 200,
      "x-secure": "true",
      "x-tls": expect.stringMatching(/^TLSv1\.[23] TLS_/),
      "x-host": `localhost:${server.port}`,
    })
    session.close()
    await until(() => server.listener.connections() === 0)
    await server.stop()
  })

  test("keep-alive, half-close and departure over TLS", async () => {
    const { server, ca } = await secured(http1)
    const socket = await secure(server.port, { ca: ca.certificate, allowHalfOpen: true } as object)
    let received = ""
    socket.on("data", (chunk: Buffer) => (received += chunk.toString()))
    const request = "GET /p HTTP/1.1\r\nHost: a\r\n\r\n"
    socket.write(request)
    await until(() => received.includes("GET /p"))
    received = ""
    socket.end(request)
    await until(() => received.includes("GET /p"))
    await until(() => server.listener.connections() === 0)
    const raw = tcpConnect({ port: server.port, host: "127.0.0.1" })
    const other = connect({ socket: raw, ca: ca.certificate, servername: "localhost" })
    other.on("error", () => {})
    await new Promise((resolve) => other.once("secureConnect", resolve))
    other.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nxxx")
    await until(() => server.listener.connections() === 1)
    other.destroy()
    await until(() => server.listener.connections() === 0)
    await server.stop()
  })

  test("a handshake that is broken, or never ends, is closed", async () => {
    const { server } = await secured(http1, { tickMs: 10, handshakeMs: 100 })
    const broken = await server.client()
    await broken.send(Buffer.concat([Buffer.from([0x16, 3, 1, 0, 50]), Buffer.alloc(50, 0xa5)]))
    await broken.end()
    const silent = await server.client()
    await silent.send(Buffer.from([0x16, 3, 1, 2, 0, 1, 0]))
    await server.heard(silent.socket)
    await until(() => server.listener.connections() === 1)
    expect(silent.closed).toBe(false)
    server.clock.advance(200)
    await silent.end()
    await until(() => server.listener.connections() === 0)
    await server.stop()
  })
})

test("key material that cannot be had costs a connection, not the server", async () => {
  const { ca } = await secured("own")
  let tries = 0
  const server = await serve("own", echo, {
    tls: () => (++tries === 1 ? Promise.reject(new Error("disk")) : Promise.resolve(ca)),
  })
  await expect(text(server.port, ca.certificate, "localhost")).rejects.toThrow()
  expect(server.reports.map(String)).toEqual(["Error: disk"])
  expect(await text(server.port, ca.certificate, "localhost")).toEqual([200, "GET /p "])
  await server.stop()
})
