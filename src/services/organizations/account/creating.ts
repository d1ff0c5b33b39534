import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { createTrustingRole } from "../../iam/port.ts"
import { onAnything } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { constraint } from "../errors.ts"
import { newAccountId, newRequestId } from "../ids.ts"
import { CREATION_MS } from "../limits.ts"
import { organizations } from "../organization/organization.ts"
import { governedOrganization } from "../rights.ts"
import { withTagging } from "../tag/access.ts"
import { withTags } from "../tag/tag.ts"
import { accounts } from "./account.ts"
import { creationMember } from "./answer.ts"
import { assertRoomForAccount } from "./counting.ts"
import { creations, type Creation } from "./creation.ts"
import { join } from "./joining.ts"
import { accountOfEmail } from "./known.ts"

const DEFAULT_ROLE = "OrganizationAccountAccessRole"

/** A request for an account, as far as a job needs it. */
type CreationRef = Pick<Creation, "organizationId" | "id">

/** The part of the job that names it: what creates the account schedules itself by it. */
export const createJob = job<CreationRef>("organizations/createAccount", {
  run: (tx, ref) => finishCreation(tx, ref),
})

export const CreateAccount = op.write("CreateAccount", {
  authorize: withTagging(onAnything),
  run(tx, input, call): Out<"CreateAccount"> {
    return { CreateAccountStatus: creationMember(requestAccount(tx, input, call)) }
  },
})

/**
 * Needs a management account that has its counterpart in GovCloud: no account here has one, since
 * the counterparts are made by AWS outside of any API.
 */
export const CreateGovCloudAccount = op.write("CreateGovCloudAccount", {
  authorize: withTagging(onAnything),
  run(tx, _input, call): Out<"CreateGovCloudAccount"> {
    governedOrganization(tx, call)
    throw constraint("MASTER_ACCOUNT_NOT_GOVCLOUD_ENABLED")
  },
})

function requestAccount(tx: WriteTx, input: In<"CreateAccount">, call: Call): Creation {
  const organization = governedOrganization(tx, call)
  assertRoomForAccount(tx, organization)
  const creation: Creation = {
    organizationId: organization.id,
    id: newRequestId(tx),
    name: input.AccountName,
    email: input.Email,
    roleName: input.RoleName ?? DEFAULT_ROLE,
    tags: withTags([], input.Tags),
    state: "IN_PROGRESS",
    requestedMs: tx.now,
    account: freeAccountId(tx),
  }
  tx.insert(creations, creation)
  const { organizationId, id } = creation
  tx.schedule(createJob, { organizationId, id }, tx.now + CREATION_MS)
  return creation
}

/** Ten thousand million ids: one that is taken is drawn once in a while, two in a row never. */
function freeAccountId(tx: WriteTx): string {
  const id = newAccountId(tx)
  return tx.get(accounts, [id]) ? newAccountId(tx) : id
}

/** "AWS Organizations preconfigures the new member account with a role …" (CreateAccount). */
function finishCreation(tx: WriteTx, { organizationId, id }: CreationRef): void {
  const creation = tx.get(creations, [organizationId, id])
  const organization = tx.get(organizations, [organizationId])
  // The organization may be gone, and its requests with it.
  if (creation?.state !== "IN_PROGRESS" || !organization) return
  const { account, name, email, tags, roleName } = creation
  const { partition, managementAccount } = organization
  const done = { ...creation, completedMs: tx.now }
  if (accountOfEmail(tx, { email, partition })) {
    tx.replace(creations, creation, {
      ...done,
      state: "FAILED",
      failureReason: "EMAIL_ALREADY_EXISTS",
    })
    return
  }
  join(tx, organization, {
    account: { id: account, partition, name, email, tags, state: "ACTIVE", createdMs: tx.now },
    method: "CREATED",
  })
  createTrustingRole(tx, {
    ...{ account, partition },
    name: roleName,
    trusted: `arn:${partition}:iam::${managementAccount}:root`,
    policyArn: `arn:${partition}:iam::aws:policy/AdministratorAccess`,
  })
  tx.replace(creations, creation, { ...done, state: "SUCCEEDED" })
}
