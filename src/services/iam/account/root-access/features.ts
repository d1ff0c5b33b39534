import type { ReadTx } from "../../../../kernel/transaction.ts"
import type { AwsError } from "../../../../protocols/aws-error.ts"
import {
  isAdministrator,
  isTrusted,
  organizationOf,
  type Organization,
} from "../../../organizations/port.ts"
import { op } from "../../define.ts"
import { onAccount } from "../../grant.ts"
import { IAM, rootAccess, rootFeaturesOf, type RootFeature } from "./root-access.ts"

/** In the order in which AWS's pages name them. */
const FEATURES: readonly RootFeature[] = ["RootCredentialsManagement", "RootSessions"]

interface Answer {
  readonly OrganizationId: string
  readonly EnabledFeatures: readonly RootFeature[]
}

const answerOf = (tx: ReadTx, { id }: Organization): Answer => ({
  OrganizationId: id,
  EnabledFeatures: FEATURES.filter((feature) => rootFeaturesOf(tx, id).includes(feature)),
})

/** The caller's organization, which must have all features and trust IAM. */
function readyOrganization(tx: ReadTx, account: string): Organization {
  const organization = organizationOf(tx, account)
  if (!organization) throw notFound()
  const { id: organizationId, featureSet } = organization
  if (!isAdministrator(tx, organization, { account, service: IAM }))
    throw neitherManagesNorAdministers()
  if (featureSet !== "ALL") throw notAllFeatures()
  if (!isTrusted(tx, organizationId, IAM)) throw notTrusted()
  return organization
}

/** That only the management account enables follows from the errors of the operation's model. */
const enabling = (feature: RootFeature) =>
  ({
    authorize: onAccount,
    run(tx, _input: object, { account }) {
      const organization = readyOrganization(tx, account)
      if (account !== organization.managementAccount) throw notManagement()
      const { id: organizationId } = organization
      const features = [...new Set([...rootFeaturesOf(tx, organizationId), feature])]
      tx.put(rootAccess, { organizationId, features })
      return answerOf(tx, organization)
    },
  }) satisfies Parameters<typeof op.write<"EnableOrganizationsRootSessions">>[1]

const disabling = (feature: RootFeature) =>
  ({
    authorize: onAccount,
    run(tx, _input: object, { account }) {
      const organization = readyOrganization(tx, account)
      const { id: organizationId } = organization
      const features = rootFeaturesOf(tx, organizationId).filter((one) => one !== feature)
      tx.put(rootAccess, { organizationId, features })
      return answerOf(tx, organization)
    },
  }) satisfies Parameters<typeof op.write<"DisableOrganizationsRootSessions">>[1]

export const EnableOrganizationsRootCredentialsManagement = op.write(
  "EnableOrganizationsRootCredentialsManagement",
  enabling("RootCredentialsManagement"),
)

export const DisableOrganizationsRootCredentialsManagement = op.write(
  "DisableOrganizationsRootCredentialsManagement",
  disabling("RootCredentialsManagement"),
)

export const EnableOrganizationsRootSessions = op.write(
  "EnableOrganizationsRootSessions",
  enabling("RootSessions"),
)

export const DisableOrganizationsRootSessions = op.write(
  "DisableOrganizationsRootSessions",
  disabling("RootSessions"),
)

export const ListOrganizationsFeatures = op.read("ListOrganizationsFeatures", {
  authorize: onAccount,
  run: (tx, _input, { account }) => answerOf(tx, readyOrganization(tx, account)),
})

/** The words of these are not verified. */
const notFound = (): AwsError =>
  op.error(
    "OrganizationNotFoundException",
    "The request failed because your account is not a member of an organization.",
  )

const neitherManagesNorAdministers = (): AwsError =>
  op.error(
    "AccountNotManagementOrDelegatedAdministratorException",
    "The request was rejected because the account making the request is not the management account or delegated administrator account for centralized root access.",
  )

const notManagement = (): AwsError =>
  op.error(
    "CallerIsNotManagementAccountException",
    "The request was rejected because the account making the request is not the management account for the organization.",
  )

const notAllFeatures = (): AwsError =>
  op.error(
    "OrganizationNotInAllFeaturesModeException",
    "The request was rejected because your organization does not have All features enabled.",
  )

const notTrusted = (): AwsError =>
  op.error(
    "ServiceAccessNotEnabledException",
    "The request was rejected because trusted access is not enabled for IAM in Organizations.",
  )
