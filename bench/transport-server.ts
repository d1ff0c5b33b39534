/**
 * One server for bench/transport.ts: a bare node:http echo, or our transport with the HTTP/1.1
 * implementation named. Each reads the body and answers 300 bytes of JSON. Prints its port.
 *
 *   node bench/transport-server.ts echo|own|node
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { hostClock } from "../src/kernel/host/host-clock.ts"
import { listen } from "../src/kernel/host/transport/listen.ts"

const ANSWER = JSON.stringify({ MessageId: "m".repeat(300 - 16) })
const HEADERS = {
  "x-amzn-RequestId": "0f1f0c7e-0000-4000-8000-1234567890ab",
  "Content-Type": "application/x-amz-json-1.0",
}

function echo(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = []
  request.on("data", (chunk: Buffer) => chunks.push(chunk))
  request.on("end", () => {
    response.writeHead(200, { ...HEADERS, "Content-Length": ANSWER.length })
    response.end(ANSWER)
  })
}

const kind = process.argv[2]
if (kind === "own" || kind === "node") {
  const listener = await listen({
    port: 0,
    http1: kind,
    clock: hostClock,
    handle: () => Promise.resolve({ status: 200, headers: { ...HEADERS }, body: ANSWER }),
  })
  console.log(listener.port)
} else {
  const server = createServer(echo).listen(0, "127.0.0.1", () => {
    console.log((server.address() as AddressInfo).port)
  })
}
