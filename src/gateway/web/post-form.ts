import type { WireRequest, WireResponse } from "../../kernel/wire.ts"
import { authenticateForm } from "../authenticate.ts"
import { S3, type Claim } from "../claim.ts"
import { notImplemented } from "../errors.ts"
import { readForm } from "./form-body.ts"
import type { Passage } from "../passage.ts"
import { callOf, type PipelineParts } from "../pipeline.ts"
import { asItIs, runOperation } from "../run-operation.ts"
import { s3Address } from "../s3/address.ts"
import { parseFormSignature } from "../../protocols/sigv4/form.ts"

/** The operation as which a form is known: no model has it, and it puts an object. */
const POST_OBJECT = "PostObject"

/** Where a form with a file goes: a bucket's address. Undefined for all other requests. */
export function formPath(request: WireRequest): string | undefined {
  const { method, headers, query } = request
  if (method !== "POST" || query !== "") return undefined
  if (!/^multipart\/form-data\b/i.test(headers["content-type"] ?? "")) return undefined
  const path = s3Address(request, true)?.path ?? request.path
  return /^\/[^/]+\/?$/.test(path) ? path : undefined
}

/** A form's way through the pipeline: its signature stands in its fields, and so does its input. */
export async function passForm(
  parts: PipelineParts,
  passage: Passage,
  { path, claim }: { readonly path: string; readonly claim: Claim },
): Promise<WireResponse> {
  const { request } = passage
  passage.claim = claim
  passage.model = claim.model
  const { fields, names, file } = await readForm(request)
  const signed = parseFormSignature(fields)
  const { authentication } = parts
  const principal = authenticateForm(authentication, request, {
    signed,
    policy: fields.get("policy") ?? "",
  })
  const service = await parts.catalog.find(S3)
  const call = callOf(parts, passage, { claim, principal, signed, isForm: true })
  passage.call = call
  const plan = service?.form?.({
    ...{ path, fields, names, file, endpoint: call.endpoint },
    isSigned: signed !== "anonymous",
    nowMs: authentication.hostNow(),
  })
  const operation = service && plan && parts.catalog.operation(service, plan.operation)
  if (!plan || !operation) throw notImplemented(claim)
  const { input } = plan
  const output = await runOperation(parts, passage, { operation, input, call, encode: asItIs })
  const codec = await parts.codec(claim.protocol)
  const { headers } = codec.encode(claim.model, claim.operation, output, {
    requestId: passage.requestId,
  })
  const answer = plan.respond(output)
  return { ...answer, headers: { ...headers, ...answer.headers } }
}

/** A form's claim: PutObject by another name. */
export function formClaim(claim: Claim): Claim {
  return { ...claim, operation: { ...claim.operation, name: POST_OBJECT } }
}
