import { createHmac, hash } from "node:crypto"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { S3Client } from "@aws-sdk/client-s3"
import { onTestFinished } from "vitest"
import { createFront } from "../../../gateway/front.ts"
import { createSdkHandler } from "../../../gateway/sdk-handler.ts"
import { NOW, openCloud, request } from "../../../gateway/testing/open-cloud.ts"
import { openFileBlobs } from "../../../kernel/host/file-blobs.ts"
import { hostClock } from "../../../kernel/host/host-clock.ts"
import type { RawClient } from "../../../kernel/host/transport/testing/raw-client.ts"
import { serve, type TestServer } from "../../../kernel/host/transport/testing/server.ts"
import { createMemoryBlobs } from "../../../kernel/sim/memory-blobs.ts"
import { createMemoryStorage } from "../../../kernel/sim/memory-storage.ts"
import { signRequest } from "../../../protocols/sigv4/sign.ts"

const SEED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"

/** A cloud that checks signatures, behind a socket, with its bytes on the disk. */
export interface TestSocket extends Pick<TestServer, "clock" | "client"> {
  readonly s3: S3Client
  /** Names of the files that hold bytes: those that count, and those that are being written. */
  files(): { readonly kept: readonly string[]; readonly staged: readonly string[] }
  /** Writes the head of a signed PUT whose body nobody signed, of so many bytes. */
  begin(client: RawClient, path: string, length: number): Promise<void>
  /** Writes the head of a PUT that comes in signed chunks of 64 KiB; answers with its chunks. */
  beginChunked(client: RawClient, path: string, count: number): Promise<readonly Buffer[]>
}

const LIMITS = { tickMs: 1_000, bodyWindowMs: 30_000, bodyWindowBytes: 1_024, lingerMs: 1_000 }
const CHUNK = Buffer.alloc(64 * 1024, "x")
const EMPTY = hash("sha256", "")

export async function openSocket(): Promise<TestSocket> {
  const folder = mkdtempSync(join(tmpdir(), "s3-socket-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const blobs = await openFileBlobs(folder, { durability: "power" })
  const memory = createMemoryStorage({ ...hostClock, now: () => NOW }, () => createMemoryBlobs())
  const open = async () => ({ engine: (await memory.open()).engine, blobs })
  const cloud = await openCloud({ strict: true, storage: { ...memory, open } })
  const { accessKeyId, secret } = (await cloud.rootKey()).key
  const front = createFront(cloud, { version: "1.2.3", origins: [] })
  const server = await serve("own", front, { limits: LIMITS })
  onTestFinished(() => server.stop())
  const host = `127.0.0.1:${server.port}`
  const sign = (target: string, headers: Record<string, string>, payload: string) => {
    const [path = "", query = ""] = target.split("?")
    const unsigned = request({ method: "PUT", path, query, headers: { host, ...headers } })
    const signing = { service: "s3", region: "us-east-1", timeMs: NOW, payload }
    return signRequest(unsigned, { ...signing, credentials: { accessKeyId, secret } }).headers
  }
  const sendHead = (client: RawClient, path: string, headers: Readonly<Record<string, string>>) =>
    client.send(
      [`PUT ${path} HTTP/1.1`, ...Object.entries(headers).map((one) => one.join(": "))]
        .join("\r\n")
        .concat("\r\n\r\n"),
    )
  return {
    clock: server.clock,
    client: () => server.client(),
    s3: new S3Client({
      ...{ region: "us-east-1", endpoint: `http://${host}`, forcePathStyle: true },
      credentials: { accessKeyId, secretAccessKey: secret },
      requestHandler: createSdkHandler(front),
      systemClockOffset: NOW - Date.now(),
    }),
    files: () => ({
      kept: readdirSync(folder).filter((name) => name !== "staging"),
      staged: readdirSync(join(folder, "staging")),
    }),
    async begin(client, path, length) {
      const headers = sign(path, { "content-length": String(length) }, "UNSIGNED-PAYLOAD")
      await sendHead(client, path, headers)
    },
    async beginChunked(client, path, count) {
      const sizes = [...Array.from({ length: count }, () => CHUNK.length), 0]
      const overhead = sizes.reduce((sum, size) => sum + header(size, EMPTY).length + 2, 0)
      const headers = sign(
        path,
        {
          "content-encoding": "aws-chunked",
          "content-length": String(overhead + count * CHUNK.length),
          "x-amz-decoded-content-length": String(count * CHUNK.length),
        },
        SEED,
      )
      await sendHead(client, path, headers)
      return chunksOf(sizes, { headers, secret })
    },
  }
}

const header = (size: number, signature: string): string =>
  `${size.toString(16)};chunk-signature=${signature}\r\n`

/** "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks". */
function chunksOf(
  sizes: readonly number[],
  { headers, secret }: { headers: Readonly<Record<string, string>>; secret: string },
): Buffer[] {
  const time = headers["x-amz-date"] ?? ""
  const { authorization = "" } = headers
  const scope = /Credential=[^/]+\/([^,]+)/.exec(authorization)?.[1] ?? ""
  let before = /Signature=(\w+)/.exec(authorization)?.[1] ?? ""
  let key: string | Buffer = `AWS4${secret}`
  for (const part of scope.split("/")) key = createHmac("sha256", key).update(part).digest()
  return sizes.map((size) => {
    const data = CHUNK.subarray(0, size)
    const text = ["AWS4-HMAC-SHA256-PAYLOAD", time, scope, before, EMPTY, hash("sha256", data)]
    before = createHmac("sha256", key).update(text.join("\n")).digest("hex")
    return Buffer.concat([Buffer.from(header(size, before)), data, Buffer.from("\r\n")])
  })
}
