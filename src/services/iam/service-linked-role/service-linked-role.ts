import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { op, type In, type Out } from "../define.ts"
import { identityMissing, invalidInput } from "../errors.ts"
import { accessTo, iamArnOf } from "../grant.ts"
import { nameKey } from "../names.ts"
import { attach, attachedTo, detach } from "../policy/attachment.ts"
import { createdRole } from "../role/answer.ts"
import { SERVICE_LINKED } from "../role/changeable.ts"
import { createRole } from "../role/create.ts"
import { DEFAULT_SESSION_SECONDS, findRole, roleArn, roles, type Role } from "../role/role.ts"
import { settleTrusts } from "../role/trusting.ts"
import { DESCRIPTIONS, TEMPLATES, WITH_SUFFIX } from "./templates.ts"

/** A deletion that was asked for; each is done at once. */
export interface DeletionTask {
  readonly account: string
  readonly id: string
  readonly deletedMs: number
}

export const deletionTasks = table<DeletionTask>("iam/deletionTask", {
  key: ({ account, id }) => [account, id],
})

const DOMAIN = ".amazonaws.com"

interface Template {
  readonly name: string
  readonly path: string
  readonly policy: string
  readonly description?: string | undefined
}

/** What the role of a service is like. Throws InvalidInput. */
function templateOf(input: In<"CreateServiceLinkedRole">): Template {
  const { AWSServiceName: service, CustomSuffix: suffix } = input
  const id = service.endsWith(DOMAIN) ? service.slice(0, -DOMAIN.length) : ""
  const template = Object.hasOwn(TEMPLATES, id) ? TEMPLATES[id] : undefined
  // As users of AWS quote it.
  if (!template) throw invalidInput(`Cannot find Service Linked Role template for ${service}`)
  // Recorded.
  if (suffix !== undefined && !WITH_SUFFIX.has(id))
    throw invalidInput(`Custom suffix is not allowed for ${service}`)
  const [name, policy] = template
  return {
    name: `AWSServiceRoleFor${name}${suffix === undefined ? "" : `_${suffix}`}`,
    path: `${SERVICE_LINKED}${service}/`,
    policy,
    description: input.Description ?? DESCRIPTIONS[id],
  }
}

export const CreateServiceLinkedRole = op.write("CreateServiceLinkedRole", {
  authorize(_tx, input, call) {
    const { name, path } = templateOf(input)
    const access = accessTo({ arn: iamArnOf(call, `role${path}${name}`) }, input, call)
    return { ...access, context: { "iam:AWSServiceName": input.AWSServiceName } }
  },
  run(tx, input, { account, partition }): Out<"CreateServiceLinkedRole"> {
    const { name, path, policy, description } = templateOf(input)
    if (tx.get(roles, [account, nameKey(name)])) throw nameTaken(name)
    const role = createRole(tx, {
      ...{ account, partition, name, path, description },
      trust: trustOf(input.AWSServiceName),
      maxSessionSeconds: DEFAULT_SESSION_SECONDS,
      tags: [],
    })
    attach(tx, "role", role, `arn:${partition}:iam::aws:policy/aws-service-role/${policy}`)
    return { Role: createdRole(tx, role) }
  },
})

/** Recorded. */
const nameTaken = (name: string): AwsError =>
  invalidInput(
    `Service role name ${name} has been taken in this account, please try a different suffix.`,
  )

/** The trust policy of a role that one service assumes. */
export const trustOf = (service: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Action: "sts:AssumeRole", Effect: "Allow", Principal: { Service: service } }],
  })

/** Throws NoSuchEntity, also for roles of another kind; AWS's words for those: not verified. */
function findLinked(tx: ReadTx, account: string, name: string): Role {
  const role = findRole(tx, account, name)
  if (!role.path.startsWith(SERVICE_LINKED)) throw identityMissing("role", name)
  return role
}

const onLinkedRole = (tx: ReadTx, input: In<"DeleteServiceLinkedRole">, call: Call) => {
  const role = tx.get(roles, [call.account, nameKey(input.RoleName)])
  const arn = role ? roleArn(role) : iamArnOf(call, `role/${input.RoleName}`)
  return accessTo({ arn, tags: role?.tags }, input, call)
}

/** A service would refuse while it uses the role: no service here does yet. */
export const DeleteServiceLinkedRole = op.write("DeleteServiceLinkedRole", {
  authorize: onLinkedRole,
  run(tx, { RoleName }, { account }): Out<"DeleteServiceLinkedRole"> {
    const role = findLinked(tx, account, RoleName)
    for (const { policyArn } of attachedTo(tx, role)) detach(tx, role, policyArn)
    tx.remove(roles, role)
    settleTrusts(tx, roleArn(role), role.id)
    // Recorded: `task/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch/<uuid>`.
    const id = `task${role.path}${role.name}/${tx.random("iam/deletion-task").uuid()}`
    tx.insert(deletionTasks, { account, id, deletedMs: tx.now })
    return { DeletionTaskId: id }
  },
})

export const GetServiceLinkedRoleDeletionStatus = op.read("GetServiceLinkedRoleDeletionStatus", {
  authorize: (_tx, input, call) => {
    const role = input.DeletionTaskId.split("/").slice(1, -1).join("/")
    return accessTo({ arn: iamArnOf(call, `role/${role}`) }, input, call)
  },
  run(tx, { DeletionTaskId: id }, { account }): Out<"GetServiceLinkedRoleDeletionStatus"> {
    // Not verified.
    if (!tx.get(deletionTasks, [account, id]))
      throw op.error("NoSuchEntityException", `Deletion task ${id} cannot be found.`)
    return { Status: "SUCCEEDED" }
  },
})
