import type { AccessDecider, AccessRequest } from "../iam/access.ts"
import { principalArn } from "../iam/principal.ts"
import type { ReadTx } from "../kernel/transaction.ts"
import type { World } from "../kernel/world.ts"
import type { Values } from "../protocols/codec.ts"
import type { Call } from "../registry/call.ts"
import type { CallObserver, CallRecord, DecidedAccess } from "../registry/call-record.ts"
import { isUnchecked } from "../registry/authorize.ts"
import type { ActionOperation, Operation } from "../registry/operation.ts"
import type { AccessAudit } from "./audit/access-audit.ts"
import { accessDenied } from "./errors.ts"

export interface RunParts {
  readonly world: World
  readonly decide: AccessDecider
  /** Throws where the tags of an allowed request go against a tag policy. */
  readonly assertTags?: (tx: ReadTx, request: AccessRequest) => void
  /** Told of what an operation asks before it is decided; absent in servers. */
  readonly audit?: AccessAudit["asked"] | undefined
  /** Told of every call once, when its answer is known. */
  readonly observers?: readonly CallObserver[]
  readonly report: (what: string, error: unknown) => void
}

export interface Asked {
  readonly operation: Operation
  readonly input: Values
  readonly call: Call
}

export interface Invocation<Answer> extends Asked {
  readonly encode: (output: Values) => Answer
}

/** Of those who want the output itself. */
export const asItIs = (output: Values): Values => output

/** What the policy engine was asked and said, in the order of asking. */
export interface Decisions {
  readonly decisions: DecidedAccess[]
}

/**
 * Authorizes and runs, in one transaction where the operation is one. `encode` makes the answer of
 * the output: in the same transaction, while what was read is at hand (measured: a tenth of a
 * list's time), and what cannot be told is then not done either.
 */
export function runOperation<Answer>(
  parts: RunParts,
  record: Decisions,
  invocation: Invocation<Answer>,
): Promise<Answer> {
  if (invocation.operation.admit && parts.world.slowDowns.length > 0)
    return runAdmitted(parts, record, invocation)
  return run(parts, record, invocation)
}

/** A request that is counted stays counted, whatever becomes of it. */
async function runAdmitted<Answer>(
  parts: RunParts,
  record: Decisions,
  invocation: Invocation<Answer>,
): Promise<Answer> {
  const { operation, input, call } = invocation
  await parts.world.write((tx) => operation.admit?.(tx, input as never, call))
  return await run(parts, record, invocation)
}

function run<Answer>(
  parts: RunParts,
  record: Decisions,
  invocation: Invocation<Answer>,
): Promise<Answer> {
  const { world } = parts
  const { operation, input, call, encode } = invocation
  switch (operation.kind) {
    case "read":
      return world.read((tx) => {
        authorize(parts, tx, { record, invocation })
        return encode(operation.run(tx, input as never, call))
      })
    case "write":
      return world.write((tx) => {
        authorize(parts, tx, { record, invocation })
        return encode(operation.run(tx, input as never, call))
      })
    case "action":
      return runAction(world, operation, {
        authorized: (tx) => authorize(parts, tx, { record, invocation }),
        invocation,
      })
  }
}

async function runAction<Answer>(
  world: World,
  operation: ActionOperation<never, object>,
  {
    authorized,
    invocation: { input, call, encode },
  }: { authorized: (tx: ReadTx) => void; invocation: Invocation<Answer> },
): Promise<Answer> {
  const { begin } = operation
  if (begin) {
    const answer = await world.write((tx) => {
      authorized(tx)
      const output = begin(tx, input as never, call)
      return output && encode(output)
    })
    if (answer !== undefined) return answer
  } else {
    await world.read(authorized)
  }
  return encode((await operation.run(world.context(call.signal), input as never, call)) as Values)
}

/** Asks for all that the operation wants to do. Throws AccessDenied for the first that it may not. */
export function authorize(
  parts: Pick<RunParts, "decide" | "assertTags" | "audit">,
  tx: ReadTx,
  { record, invocation }: { record: Decisions; invocation: Asked },
): void {
  const { operation, input, call } = invocation
  // Where a transaction runs again, it is asked and decided again.
  record.decisions.length = 0
  if (isUnchecked(operation.authorize)) return
  const asked = operation.authorize(tx, input as never, call)
  if (isUnchecked(asked)) return
  parts.audit?.(tx, invocation, Array.isArray(asked) ? asked : [asked as AccessRequest])
  if (!Array.isArray(asked))
    return decide(parts, tx, { record, call, request: asked as AccessRequest })
  if (asked.length === 0) throw new Error("an operation asks nothing and does not say why")
  for (const request of asked as AccessRequest[]) decide(parts, tx, { record, call, request })
}

function decide(
  parts: Pick<RunParts, "decide" | "assertTags">,
  tx: ReadTx,
  { record, call, request }: { record: Decisions; call: Call; request: AccessRequest },
): void {
  const question = {
    principal: call.principal,
    request,
    region: call.region,
    sourceIp: call.sourceIp,
    secure: call.secure,
    userAgent: call.userAgent,
    referer: call.wire?.headers["referer"],
    via: call.via,
    source: call.source,
  }
  const decision = parts.decide(tx, question)
  record.decisions.push({ question, decision, decidedMs: tx.now })
  if (!decision.allowed) throw accessDenied(callerName(call), request, decision.reason)
  parts.assertTags?.(tx, request)
}

const callerName = ({ principal, partition }: Call): string =>
  principal.type === "anonymous" ? "anonymous" : principalArn(principal, partition)

/** Observers only look: what goes wrong with them changes no answer. */
export function tell({ observers, report }: RunParts, record: CallRecord): void {
  if (!observers) return
  for (const observe of observers) {
    try {
      observe(record)
    } catch (error) {
      report(`observing ${record.requestId}`, error)
    }
  }
}
