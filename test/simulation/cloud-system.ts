import { Cloud } from "../../src/gateway/cloud.ts"
import { formatAmzDate } from "../../src/protocols/sigv4/amz-date.ts"
import { createModelFiles } from "../../src/kernel/host/model-files.ts"
import { createMemoryBlobs } from "../../src/kernel/sim/memory-blobs.ts"
import type { Storage } from "../../src/kernel/storage.ts"
import type { Table } from "../../src/kernel/table.ts"
import type { WireRequest } from "../../src/kernel/wire.ts"
import { createModels } from "../../src/models/load.ts"
import { createCodecs } from "../../src/protocols/codecs.ts"
import type { Boot, System } from "./simulation.ts"

/** What an AWS JSON call came to. */
export type Answer =
  | { readonly ok: true; readonly output: Record<string, never> }
  | {
      readonly ok: false
      readonly status: number
      readonly code: string
      readonly text: string
      /** The error whole. */
      readonly output: Readonly<Record<string, unknown>>
    }

/** A service with a JSON protocol. */
export interface JsonApi {
  readonly service: string
  /** What stands before the operation in `x-amz-target`. */
  readonly target: string
}

export interface CloudSystem extends System {
  readonly cloud: Cloud
  readonly tables: readonly Table<object>[]
  /** Calls the service as the account's root. */
  call(operation: string, input: object, signal?: AbortSignal): Promise<Answer>
}

const ACCOUNT = "000000000000"
const REGION = "us-east-1"

const SQS: JsonApi = Object.freeze({ service: "sqs", target: "AmazonSQS" })

/** A way to start clouds that share models and codecs, which have no state. */
export function createCloudBoot(api = SQS): (boot: Boot) => Promise<CloudSystem> {
  const models = createModels(createModelFiles())
  const codecs = createCodecs({ strict: true })
  return async ({ clock, engine, random, flushEach, report }) => {
    const blobs = createMemoryBlobs()
    const storage = {
      open: async () => ({ engine, blobs }),
      close: async () => {},
    } as Partial<Storage> as Storage
    const cloud = await Cloud.open({
      ...{ storage, clock, random, models, codecs, flushEach, report },
      startClock: { mode: "running", offsetMs: 0 },
      settings: { account: ACCOUNT, region: REGION, strict: false },
    })
    // Loaded before anything happens: what a module's file takes is not up to the seed.
    const service = await cloud.catalog.find(api.service)
    return {
      cloud,
      tables: service?.tables ?? [],
      now: () => cloud.world.clock.now(),
      async call(operation, input, signal) {
        const request = requestOf({ api, operation, date: formatAmzDate(clock.now()) }, input)
        const { status, body } = await cloud.handle(signal ? { ...request, signal } : request)
        // An operation without output answers nothing at all.
        const output = JSON.parse((body as string) || "{}") as Record<string, string>
        if (status === 200) return { ok: true, output: output as Record<string, never> }
        const code = (output["__type"] ?? "").replace(/^.*#/, "")
        const text = output["message"] ?? output["Message"] ?? ""
        return { ok: false, status, code, text, output }
      },
    }
  }
}

const SIGNATURE = "0".repeat(64)

function requestOf(
  { api, operation, date }: { api: JsonApi; operation: string; date: string },
  input: object,
): WireRequest {
  const scope = `${date.slice(0, 8)}/${REGION}/${api.service}/aws4_request`
  return {
    method: "POST",
    path: "/",
    query: "",
    headers: {
      host: "localhost:4566",
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `${api.target}.${operation}`,
      "x-amz-date": date,
      authorization: `AWS4-HMAC-SHA256 Credential=test/${scope}, SignedHeaders=host;x-amz-date, Signature=${SIGNATURE}`,
    },
    body: Buffer.from(JSON.stringify(input)),
    secure: false,
    remoteAddress: "127.0.0.1",
  }
}
