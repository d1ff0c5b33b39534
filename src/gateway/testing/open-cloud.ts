import { accessAudit } from "../audit/access-audit.ts"
import { onTestFinished } from "vitest"
import { hostClock } from "../../kernel/host/host-clock.ts"
import { createModelFiles } from "../../kernel/host/model-files.ts"
import { createMemoryBlobs } from "../../kernel/sim/memory-blobs.ts"
import { createMemoryStorage } from "../../kernel/sim/memory-storage.ts"
import { createSeededRandom } from "../../kernel/sim/seeded-random.ts"
import type { WireRequest, WireResponse } from "../../kernel/wire.ts"
import { createModels } from "../../models/load.ts"
import { createCodecs } from "../../protocols/codecs.ts"
import type { CloudParts } from "../cloud-parts.ts"
import { Cloud } from "../cloud.ts"
import { signRequest, type SigningCredentials } from "../../protocols/sigv4/sign.ts"

/** Host time of the clouds that tests open: it stands still. */
export const NOW = Date.UTC(2026, 0, 15, 12)

/** The models are constant and slow to read: all clouds of a test file may share them. */
export const readModels = (): CloudParts["models"] => createModels(createModelFiles())

export interface TestCloudOptions extends Partial<Pick<CloudParts, "codecs" | "storage" | "tcp">> {
  readonly strict?: boolean
  /** What is reported is expected, and the test looks at it itself. */
  readonly reports?: string[]
}

/** A cloud without a socket, whose host clock stands at NOW. */
export async function openCloud(options: TestCloudOptions = {}): Promise<Cloud> {
  const reports: string[] = []
  const clock = { ...hostClock, now: () => NOW }
  const cloud = await Cloud.open({
    storage: options.storage ?? createMemoryStorage(clock, () => createMemoryBlobs()),
    clock,
    random: () => createSeededRandom(1),
    models: readModels(),
    codecs: options.codecs ?? createCodecs({ strict: true }),
    auditAccess: accessAudit,
    ...(options.tcp && { tcp: options.tcp }),
    startClock: { mode: "frozen", at: NOW },
    settings: { account: "000000000000", region: "us-east-1", strict: options.strict ?? false },
    report: (what, error) =>
      (options.reports ?? reports).push(`${what}: ${error instanceof Error ? error.stack : error}`),
  })
  onTestFinished(async () => {
    await cloud.close()
    if (reports.length > 0) throw new Error(reports.join("\n"))
  })
  return cloud
}

/** A request as the transport hands it over; `text` is its body. */
export function request({ text, ...parts }: Partial<WireRequest> & { text?: string }): WireRequest {
  return {
    method: "POST",
    path: "/",
    query: "",
    body: Buffer.from(text ?? ""),
    secure: false,
    remoteAddress: "127.0.0.1",
    ...parts,
    headers: { host: "localhost:4566", ...parts.headers },
  }
}

export interface Signer extends Partial<SigningCredentials> {
  readonly service: string
  readonly region?: string
  readonly timeMs?: number
}

/** The request, signed: by the dummy key `test`, in us-east-1, now, unless the signer differs. */
export function signed(unsigned: WireRequest, signer: Signer): WireRequest {
  const { service, region = "us-east-1", timeMs = NOW, sessionToken } = signer
  const { accessKeyId = "test", secret = "test" } = signer
  const credentials = { accessKeyId, secret, ...(sessionToken && { sessionToken }) }
  return signRequest(unsigned, { credentials, service, region, timeMs })
}

/** A request of AWS JSON. */
export const jsonRequest = (target: string, input: object): WireRequest =>
  request({
    text: JSON.stringify(input),
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": target },
  })

/** A request of the Query protocol. */
export const formRequest = (parameters: Readonly<Record<string, string>>): WireRequest =>
  request({
    text: new URLSearchParams(parameters).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
  })

export const sqsRequest = (operation: string, input: object): WireRequest =>
  jsonRequest(`AmazonSQS.${operation}`, input)

export interface Answer {
  readonly status: number
  readonly headers: WireResponse["headers"]
  readonly text: string
}

export async function answerOf(response: Promise<WireResponse>): Promise<Answer> {
  const { status, headers, body } = await response
  if (typeof body === "string") return { status, headers, text: body }
  if (body instanceof Uint8Array) return { status, headers, text: Buffer.from(body).toString() }
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return { status, headers, text: Buffer.concat(chunks).toString() }
}

/** Sends one request of SQS, signed with `test` or as told, and reads the answer's JSON. */
export async function sqs(
  cloud: Cloud,
  [operation, input]: readonly [string, object],
  signer: Partial<Signer> = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const wire = signed(sqsRequest(operation, input), { service: "sqs", ...signer })
  const { status, text } = await answerOf(cloud.handle(wire))
  return { status, body: JSON.parse(text || "{}") as Record<string, unknown> }
}
