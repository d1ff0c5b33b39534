import { hash } from "node:crypto"
import { Cloud } from "../../../src/gateway/cloud.ts"
import { formatAmzDate } from "../../../src/protocols/sigv4/amz-date.ts"
import type { BlobStore } from "../../../src/kernel/blobs/blobs.ts"
import type { Engine } from "../../../src/kernel/engine.ts"
import { createModelFiles } from "../../../src/kernel/host/model-files.ts"
import { createFaultyBlobs } from "../../../src/kernel/sim/faulty-blobs.ts"
import { RandomStream } from "../../../src/kernel/random.ts"
import { createSeededRandom } from "../../../src/kernel/sim/seeded-random.ts"
import type { Storage } from "../../../src/kernel/storage.ts"
import { createModels } from "../../../src/models/load.ts"
import { createCodecs } from "../../../src/protocols/codecs.ts"
import type { Boot, System } from "../simulation.ts"

/** One HTTP request, signed as far as a dummy key is looked at. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly service?: "s3" | "iam"
}

export interface Told {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface S3System extends System {
  readonly cloud: Cloud
  readonly blobs: BlobStore
  ask(asked: Asked, signal?: AbortSignal): Promise<Told>
}

export const ACCOUNT = "000000000000"

/** Clouds whose blobs outlive their processes, as their rows do. */
export function createS3Boot(): (boot: Boot) => Promise<S3System> {
  const models = createModels(createModelFiles())
  const codecs = createCodecs({ strict: true })
  let disk: ReturnType<typeof createFaultyBlobs> | undefined
  return async ({ clock, engine, random, flushEach, report }) => {
    // A new machine.
    if (!disk || isEmpty(engine)) {
      const source = createSeededRandom("blobs")
      disk = createFaultyBlobs({ random: new RandomStream(source, "fates"), source, clock })
    }
    // An engine answers until its process is dead.
    const blobs = disk.during(() => void engine.get("alive"))
    const storage = {
      open: async () => ({ engine, blobs }),
      close: async () => {},
    } as Partial<Storage> as Storage
    const cloud = await Cloud.open({
      ...{ storage, clock, random, models, codecs, flushEach, report },
      startClock: { mode: "running", offsetMs: 0 },
      settings: { account: ACCOUNT, region: "us-east-1", strict: false },
    })
    // Loaded before anything happens: what a module's file takes is not up to the seed.
    for (const id of ["s3", "iam", "sts", "kms", "sqs"]) await cloud.catalog.find(id)
    return {
      ...{ cloud, blobs },
      now: () => cloud.world.clock.now(),
      async ask(asked, signal) {
        const request = requestOf(asked, formatAmzDate(clock.now()))
        const { status, headers, body } = await cloud.handle(
          signal ? { ...request, signal } : request,
        )
        const chunks: Uint8Array[] = []
        if (typeof body === "string" || body instanceof Uint8Array) chunks.push(Buffer.from(body))
        else for await (const chunk of body) chunks.push(Buffer.from(chunk))
        return { status, headers: headers as Told["headers"], body: Buffer.concat(chunks) }
      },
    }
  }
}

const isEmpty = (engine: Engine): boolean =>
  engine.scan({ start: "\0", end: "\xff", limit: 1 })[Symbol.iterator]().next().done === true

function requestOf(
  { method, path, query = "", headers, body, service = "s3" }: Asked,
  date: string,
) {
  const scope = `${date.slice(0, 8)}/us-east-1/${service}/aws4_request`
  const names = ["host", "x-amz-content-sha256", "x-amz-date", ...Object.keys(headers ?? {})]
  const bytes = Buffer.from(body ?? "")
  return {
    ...{ method, path, query, body: bytes, secure: false, remoteAddress: "127.0.0.1" },
    headers: {
      ...{ host: "localhost:4566", "x-amz-date": date, ...headers },
      ...{ "x-amz-content-sha256": "UNSIGNED-PAYLOAD", "content-length": String(bytes.length) },
      // Most documents need a digest.
      ...(bytes.length > 0 && { "content-md5": hash("md5", bytes, "base64") }),
      authorization:
        `AWS4-HMAC-SHA256 Credential=${ACCOUNT}/${scope}, ` +
        `SignedHeaders=${names.toSorted().join(";")}, Signature=${"0".repeat(64)}`,
    },
  }
}
