import { CreateOrganizationCommand, OrganizationsClient } from "@aws-sdk/client-organizations"
import type { Organization } from "@aws-sdk/client-organizations"
import type { InProcessCloud } from "../../../index.ts"
import { openInProcess } from "../../../gateway/testing/in-process.ts"

export const MANAGEMENT = "111111111111"
/** An account that is in no organization at first. */
export const OTHER = "222222222222"

/** A cloud, and the official client of the root of an account that manages an organization. */
export interface TestOrganization {
  readonly cloud: InProcessCloud
  readonly client: OrganizationsClient
  readonly organization: Organization
  /** A client of the root of another account of the same cloud. */
  of(account: string): OrganizationsClient
}

export async function openOrganizations(): Promise<Omit<TestOrganization, "organization">> {
  const cloud = await openInProcess({ account: MANAGEMENT })
  const of = (account: string) =>
    cloud.client(OrganizationsClient, {
      credentials: { accessKeyId: account, secretAccessKey: "test" },
    })
  return { cloud, client: of(MANAGEMENT), of }
}

export async function openOrganization(
  FeatureSet?: "ALL" | "CONSOLIDATED_BILLING",
): Promise<TestOrganization> {
  const opened = await openOrganizations()
  const created = await opened.client.send(new CreateOrganizationCommand({ FeatureSet }))
  return { ...opened, organization: created.Organization ?? {} }
}
