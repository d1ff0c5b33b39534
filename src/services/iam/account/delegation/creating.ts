import { parsePolicy, type PolicyDocument } from "../../../../iam/policy/document.ts"
import { PolicyRefusal } from "../../../../iam/policy/refusal.ts"
import { REGIONS } from "../../../../kernel/regions.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import { parseArn } from "../../../../registry/arn.ts"
import { op, type In, type Out } from "../../define.ts"
import { malformedDocument } from "../../errors.ts"
import { accessTo, iamArnOf } from "../../grant.ts"
import { delegationRequests } from "./delegation-request.ts"
import {
  notAPartner,
  notRendered,
  policyTooLong,
  templateMissing,
  tooManyRequests,
  topicRefused,
  workflowTaken,
} from "./errors.ts"
import { insertRequest } from "./lifecycle.ts"
import { partnerPolicy, partners, type Partner } from "./partner.ts"
import {
  parametersOf,
  renderTemplate,
  TemplateRefusal,
  type TemplateParameter,
} from "./template.ts"

type Input = In<"CreateDelegationRequest">

/** "The final rendered policy has a maximum size limit of 2048 characters." */
const POLICY_LENGTH = 2_048
/** Of one partner's account; AWS's limit is not documented. */
const MOST_REQUESTS = 1_000

/** The link to AWS's console, which asks the customer, is left out: there is no console here. */
export const CreateDelegationRequest = op.write("CreateDelegationRequest", {
  authorize: (_tx, input: Input, call) => {
    // Its id is not known yet.
    const access = accessTo({ arn: iamArnOf(call, "delegation-request/*") }, {}, call)
    const { PolicyTemplateArn: template } = input.Permissions
    return {
      ...access,
      context: {
        "iam:DelegationDuration": String(input.SessionDuration),
        "iam:NotificationChannel": input.NotificationChannel,
        ...(template !== undefined && { "iam:TemplateArn": template }),
      },
    }
  },
  run(tx, input, { account, partition }): Out<"CreateDelegationRequest"> {
    const partner = tx.get(partners, [account])
    if (!partner) throw notAPartner(account)
    const { PolicyTemplateArn: template = "" } = input.Permissions
    const parameters = (input.Permissions.Parameters ?? []).map(parameterOf)
    const policy = rendered(tx, { partner, template, parameters })
    const document = read(policy)
    const { NotificationChannel: topic, RequestorWorkflowId: workflowId } = input
    assertTopic(tx, partner, topic)
    const prefix = [account, workflowId]
    if (tx.first(delegationRequests, { index: "byWorkflow", prefix }))
      throw workflowTaken(workflowId)
    const own = { index: "byWorkflow", prefix: [account], limit: MOST_REQUESTS } as const
    if (tx.scan(delegationRequests, own).rows.length >= MOST_REQUESTS)
      throw tooManyRequests(MOST_REQUESTS)
    const id = `dr-${tx.random("iam/delegation-request").uuid()}`
    insertRequest(tx, {
      ...{ id, partition, requestor: account, requestorName: partner.name },
      ...{ template, parameters, policy, boundaries: boundariesIn(document), topic, workflowId },
      ownerAccount: input.OwnerAccountId,
      description: input.Description,
      message: input.RequestMessage,
      redirectUrl: input.RedirectUrl,
      sessionSeconds: input.SessionDuration,
      onlySendByOwner: input.OnlySendByOwner,
    })
    return { DelegationRequestId: id }
  },
})

type Given = NonNullable<Input["Permissions"]["Parameters"]>[number]

const parameterOf = ({ Name: name = "", Values: values = [], Type }: Given): TemplateParameter => ({
  name,
  values,
  type: Type === "stringList" ? "stringList" : "string",
})

interface Wanted {
  readonly partner: Partner
  readonly template: string
  readonly parameters: readonly TemplateParameter[]
}

function rendered(tx: ReadTx, { partner, template, parameters }: Wanted): string {
  const found = partnerPolicy(tx, template)
  if (found?.kind !== "template" || found.partner !== partner.name) throw templateMissing(template)
  const known = parametersOf(found.document)
  for (const { name } of parameters)
    if (!known.has(name)) throw notRendered(`The policy template has no parameter ${name}.`)
  try {
    const policy = renderTemplate(found.document, parameters)
    if (policy.length > POLICY_LENGTH) throw policyTooLong(POLICY_LENGTH)
    return policy
  } catch (error) {
    if (error instanceof TemplateRefusal) throw notRendered(error.message)
    throw error
  }
}

function read(policy: string): PolicyDocument {
  try {
    return parsePolicy(policy, { kind: "session" })
  } catch (error) {
    if (error instanceof PolicyRefusal) throw malformedDocument(error.reason)
    throw error
  }
}

/** "… the list of permissions boundary policies associated with the role creation." */
const boundariesIn = ({ statements }: PolicyDocument): readonly string[] => [
  ...new Set(
    statements.flatMap(({ effect, conditions }) =>
      effect === "Deny"
        ? []
        : conditions
            .filter(({ key }) => key.toLowerCase() === "iam:permissionsboundary")
            .flatMap(({ values }) => values),
    ),
  ),
]

/** "The SNS topic must be in one of your registered AWS accounts", and in no opt-in Region. */
function assertTopic(tx: ReadTx, { name }: Partner, topic: string): void {
  const parts = parseArn(topic)
  const owner = parts && tx.get(partners, [parts.account])
  const region = parts && REGIONS.get(parts.region)
  if (parts?.service !== "sns" || owner?.name !== name || !region || region.optIn)
    throw topicRefused()
}
