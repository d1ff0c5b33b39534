import type { ReadTx } from "../../../kernel/transaction.ts"
import { accountMember } from "../account/answer.ts"
import { accounts, findMember, isMember, type Member } from "../account/account.ts"
import { op, type Out } from "../define.ts"
import { MOST_ACCOUNTS } from "../limits.ts"
import type { Organization } from "../organization/organization.ts"
import { pageOfList } from "../paging.ts"
import { governedOrganization } from "../rights.ts"
import { onTyped } from "./access.ts"
import { contributors, errorsOf } from "./effective.ts"
import { changedMs, isEnabled } from "./enabled.ts"
import { noEffectivePolicy } from "./errors.ts"
import type { PolicyType } from "./policy-type.ts"

/** "only from the organization's management account or by a … delegated administrator". */
export const ListAccountsWithInvalidEffectivePolicy = op.read(
  "ListAccountsWithInvalidEffectivePolicy",
  {
    authorize: onTyped((input: { readonly PolicyType: string }) => ({ type: input.PolicyType })),
    run(tx, input, call): Out<"ListAccountsWithInvalidEffectivePolicy"> {
      const { PolicyType: type } = input
      const organization = readyOrganization(tx, governedOrganization(tx, call), type)
      const range = { index: "byOrganization", prefix: [organization.id], limit: MOST_ACCOUNTS }
      const invalid = tx
        .scan(accounts, range)
        .rows.filter(isMember)
        .filter((member) => errorsOf(tx, wanted(organization, type, member)).length > 0)
      const { items, more } = pageOfList(invalid, ({ id }) => id, input)
      return { Accounts: items.map(accountMember), PolicyType: type, ...more }
    },
  },
)

export const ListEffectivePolicyValidationErrors = op.read("ListEffectivePolicyValidationErrors", {
  authorize: onTyped((input: { readonly PolicyType: string; readonly AccountId: string }) => ({
    type: input.PolicyType,
    node: input.AccountId,
  })),
  run(tx, input, call): Out<"ListEffectivePolicyValidationErrors"> {
    const { PolicyType: type, AccountId } = input
    const governed = governedOrganization(tx, call)
    const member = findMember(tx, governed, AccountId)
    const organization = readyOrganization(tx, governed, type)
    const asked = wanted(organization, type, member)
    const errors = errorsOf(tx, asked).map((error, place) => ({ ...error, place }))
    const keyOf = ({ place }: { readonly place: number }) => String(place).padStart(9, "0")
    const { items, more } = pageOfList(errors, keyOf, input)
    return {
      ...{ AccountId, PolicyType: type },
      Path: `${[organization.id, ...asked.path].join("/")}/`,
      // As of effective policies: what is changed holds with the next request.
      EvaluationTimestamp: Math.max(changedMs(tx, organization, type), member.membership.joinedMs),
      EffectivePolicyValidationErrors: items.map(({ code, message, path }) => ({
        ErrorCode: code,
        ErrorMessage: message,
        PathToError: path.join("/"),
        ContributingPolicies: contributors(tx, asked, path),
      })),
      ...more,
    }
  },
})

const wanted = (organization: Organization, type: PolicyType, { id, membership }: Member) => ({
  ...{ organization, type },
  path: [...membership.path, id],
})

/** Throws EffectivePolicyNotFoundException while the type is not enabled. */
function readyOrganization(tx: ReadTx, organization: Organization, type: PolicyType): Organization {
  if (!isEnabled(tx, organization, type)) throw noEffectivePolicy()
  return organization
}
