import { callContext, contextOf } from "../../../../iam/policy/context.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import type { Call } from "../../../../registry/call.ts"
import { op, type In, type Out } from "../../define.ts"
import { invalidInput } from "../../errors.ts"
import { onAccount } from "../../grant.ts"
import { pageOf } from "../../paging.ts"
import { contextValues } from "./context-keys.ts"
import { actorOfEntity, findEntity, keysOfEntity, onEntity, type Entity } from "../entity.ts"
import { assertScenario } from "./resource-handling.ts"
import { outcomeOf, type Outcome, type Result, type Simulation } from "./simulation.ts"
import { boundaryOf, controlsAbove, givenSource, sourcesOf, type Source } from "./sources.ts"

type Input = Omit<In<"SimulateCustomPolicy">, "PolicyInputList"> & {
  readonly PolicyInputList?: readonly string[] | undefined
}

export const SimulatePrincipalPolicy = op.read("SimulatePrincipalPolicy", {
  authorize: onEntity(({ PolicySourceArn }) => PolicySourceArn),
  run(tx, input, call): Out<"SimulatePrincipalPolicy"> {
    const entity = findEntity(tx, call.account, input.PolicySourceArn)
    return simulate(tx, input, { call, entity })
  },
})

export const SimulateCustomPolicy = op.read("SimulateCustomPolicy", {
  authorize: onAccount,
  run: (tx, input, call): Out<"SimulateCustomPolicy"> => simulate(tx, input, { call }),
})

interface Asker {
  readonly call: Call
  /** Whose policies are simulated; none: only those of the request. */
  readonly entity?: Entity
}

function simulate(tx: ReadTx, input: Input, asker: Asker): Out<"SimulateCustomPolicy"> {
  const { ActionNames: actions, ResourceArns: resources = ["*"] } = input
  const { ResourceHandlingOption: scenario } = input
  for (const action of actions) assertAction(action)
  if (scenario !== undefined) assertScenario(scenario, resources)
  // AWS's limit is not known.
  if (actions.length * resources.length > MOST_RESULTS)
    throw invalidInput(`A simulation has ${MOST_RESULTS} results at most.`)
  const simulation = simulationOf(tx, input, asker)
  // Each is worked out when its page is asked for.
  const questions = actions.flatMap((action) =>
    scenario !== undefined
      ? [{ action, about: resources }]
      : resources.map((resource) => ({ action, about: [resource] })),
  )
  const places = new Map(questions.map((question, place) => [question, place]))
  const keyOf = (one: (typeof questions)[number]) => String(places.get(one)).padStart(9, "0")
  const { items, more } = pageOf(questions, keyOf, input)
  const results = items.map(({ action, about }): Result => {
    const outcomes = about.map((resource) => ({
      resource,
      outcome: outcomeOf(simulation, action, resource),
    }))
    const [only] = outcomes
    if (scenario !== undefined || !only) return combined(action, outcomes)
    const { resource, outcome } = only
    const { EvalDecisionDetails: details, ...result } = resultOf(outcome)
    return {
      EvalActionName: action,
      EvalResourceName: resource,
      ...result,
      // Of one account "… present but empty", and for all resources (`*`) not there at all (API).
      ...((resource !== "*" || Object.keys(details).length > 0) && {
        EvalDecisionDetails: details,
      }),
      ...(input.ResourceArns && { ResourceSpecificResults: [specific(resource, outcome)] }),
    }
  })
  return { EvaluationResults: results, ...more }
}

const MOST_RESULTS = 100_000

/** "This operation does not support using wildcards (*) in an action name"; the words: not verified. */
function assertAction(action: string): void {
  if (!/^[\w-]+:\w+$/.test(action)) throw invalidInput(`Invalid Action: ${action}`)
}

function simulationOf(tx: ReadTx, input: Input, { call, entity }: Asker): Simulation {
  const { PolicyInputList = [], PermissionsBoundaryPolicyInputList: boundaries } = input
  const caller = callerOf(tx, input, { call, ...(entity && { entity }) })
  const given = PolicyInputList.map((text, place) =>
    givenSource({ id: `PolicyInputList.${place + 1}`, text, kind: "identity" }),
  )
  const resource = input.ResourcePolicy
  const entries = contextValues(input.ContextEntries)
  const known = caller ? keysOfEntity(caller) : {}
  return {
    actor: caller ? actorOfEntity(caller) : { type: "user", account: call.account, arn: "" },
    identity: [...(entity ? sourcesOf(tx, entity) : []), ...given],
    boundary: boundaries ? givenBoundary(boundaries) : entity && boundaryOf(tx, entity),
    resource:
      resource === undefined
        ? undefined
        : [givenSource({ id: "ResourcePolicy", text: resource, kind: "resource" })],
    controls: caller && controlsAbove(tx, caller.account),
    resourceOwner: ownerOf(input.ResourceOwner) ?? caller?.account ?? call.account,
    contextOf(resourceAccount) {
      const own = contextOf({ ...known, ...entries })
      const time = callContext(() => ({ now: tx.now, resourceAccount }))
      return { get: (key) => own.get(key) ?? (ALWAYS.has(key) ? time.get(key) : undefined) }
    },
  }
}

/** What every call has, whoever makes it. */
const ALWAYS: ReadonlySet<string> = Object.freeze(
  new Set(["aws:currenttime", "aws:epochtime", "aws:resourceaccount"]),
)

/** "An IAM entity can only have one permissions boundary in effect at a time"; the words: not verified. */
function givenBoundary(texts: readonly string[]): readonly Source[] {
  if (texts.length > 1)
    throw invalidInput("PermissionsBoundaryPolicyInputList takes one policy at most.")
  return texts.map((text) =>
    givenSource({ id: "PermissionsBoundaryPolicyInputList.1", text, kind: "boundary" }),
  )
}

/** "CallerArn is required if you include a ResourcePolicy and the PolicySourceArn is not … a user". */
function callerOf(tx: ReadTx, input: Input, { call, entity }: Asker): Entity | undefined {
  const { CallerArn: arn, ResourcePolicy: policy } = input
  const caller = arn === undefined ? entity : findEntity(tx, call.account, arn)
  if ((arn !== undefined || policy !== undefined) && caller?.kind !== "user")
    throw invalidInput("CallerArn must be the ARN of an IAM user.")
  return caller
}

/** An account's number, or an ARN that has it. */
const ownerOf = (owner: string | undefined): string | undefined =>
  owner === undefined ? undefined : /(?:^|:)(\d{12})(?::|$)/.exec(owner)?.[1]

const resultOf = ({ verdict, matched, missing, details, boundary, organizations }: Outcome) => ({
  EvalDecision: verdict,
  MatchedStatements: matched,
  MissingContextValues: missing,
  EvalDecisionDetails: details,
  ...(boundary !== undefined && {
    PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: boundary },
  }),
  ...(organizations !== undefined && {
    OrganizationsDecisionDetail: { AllowedByOrganizations: organizations },
  }),
})

/** Recorded: without the details that only the whole result has. */
function specific(resource: string, outcome: Outcome) {
  const { EvalDecision, EvalDecisionDetails, OrganizationsDecisionDetail, ...rest } =
    resultOf(outcome)
  return {
    EvalResourceName: resource,
    EvalResourceDecision: EvalDecision,
    ...rest,
    ...(Object.keys(EvalDecisionDetails).length > 0 && { EvalDecisionDetails }),
  }
}

const WORST = ["explicitDeny", "implicitDeny", "allowed"] as const

/** A scenario needs all of its resources: one result, as bad as the worst of them. */
function combined(
  action: string,
  outcomes: readonly { readonly resource: string; readonly outcome: Outcome }[],
): Result {
  const all = outcomes.map(({ outcome }) => outcome)
  const verdict = WORST.find((one) => all.some((outcome) => outcome.verdict === one)) ?? "allowed"
  const matched = new Map(all.flatMap((one) => one.matched.map((it) => [JSON.stringify(it), it])))
  const organized = all.some(({ organizations }) => organizations !== undefined)
  const bounded = all.some(({ boundary }) => boundary !== undefined)
  return {
    EvalActionName: action,
    EvalResourceName: "*",
    ...resultOf({
      verdict,
      matched: [...matched.values()],
      missing: [...new Set(all.flatMap(({ missing }) => missing))],
      details: {},
      boundary: bounded ? all.every(({ boundary }) => boundary) : undefined,
      organizations: organized ? all.every(({ organizations }) => organizations) : undefined,
    }),
    ResourceSpecificResults: outcomes.map(({ resource, outcome }) => specific(resource, outcome)),
  }
}
