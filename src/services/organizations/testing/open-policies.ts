import {
  AttachPolicyCommand,
  CreateOrganizationalUnitCommand,
  CreatePolicyCommand,
  DescribeEffectivePolicyCommand,
  DetachPolicyCommand,
  EnablePolicyTypeCommand,
  ListPoliciesForTargetCommand,
  ListRootsCommand,
  type EffectivePolicyType,
  type PolicyType,
  type Root,
} from "@aws-sdk/client-organizations"
import { openOrganization, type TestOrganization } from "./open-organization.ts"

/** An organization with what tests of policies do to it. */
export interface TestPolicies extends TestOrganization {
  /** Id of the root. */
  readonly root: string
  enable(type: PolicyType): Promise<Root | undefined>
  /** Makes a policy, and gives its id. */
  create(name: string, content: object | string, type?: PolicyType): Promise<string>
  attach(policyId: string, targetId: string): Promise<unknown>
  detach(policyId: string, targetId: string): Promise<unknown>
  /** Makes a policy and attaches it. */
  impose(targetId: string, content: object, type?: PolicyType): Promise<string>
  /** Names of what is attached. */
  attached(targetId: string, type?: PolicyType): Promise<string[]>
  /** Makes a unit under the root, and gives its id. */
  unit(name: string): Promise<string>
  effective(type: EffectivePolicyType, account?: string): Promise<unknown>
}

const SCP = "SERVICE_CONTROL_POLICY"

export async function openPolicies(
  features?: "ALL" | "CONSOLIDATED_BILLING",
): Promise<TestPolicies> {
  const opened = await openOrganization(features)
  const { client } = opened
  const { Roots } = await client.send(new ListRootsCommand())
  const root = Roots?.[0]?.Id ?? ""
  let made = 0
  const policies: Omit<TestPolicies, keyof TestOrganization | "root"> = {
    async enable(PolicyType) {
      return (await client.send(new EnablePolicyTypeCommand({ RootId: root, PolicyType }))).Root
    },
    async create(Name, content, Type = SCP) {
      const Content = typeof content === "string" ? content : JSON.stringify(content)
      const input = { Name, Content, Type, Description: "d" }
      const { Policy } = await client.send(new CreatePolicyCommand(input))
      return Policy?.PolicySummary?.Id ?? ""
    },
    attach: (PolicyId, TargetId) => client.send(new AttachPolicyCommand({ PolicyId, TargetId })),
    detach: (PolicyId, TargetId) => client.send(new DetachPolicyCommand({ PolicyId, TargetId })),
    async impose(targetId, content, type) {
      const id = await policies.create(`imposed-${(made += 1)}`, content, type)
      await policies.attach(id, targetId)
      return id
    },
    async attached(TargetId, Filter = SCP) {
      const found = await client.send(new ListPoliciesForTargetCommand({ TargetId, Filter }))
      return (found.Policies ?? []).map(({ Name = "" }) => Name)
    },
    async unit(Name) {
      const made = await client.send(new CreateOrganizationalUnitCommand({ ParentId: root, Name }))
      return made.OrganizationalUnit?.Id ?? ""
    },
    async effective(PolicyType, TargetId) {
      const asked = new DescribeEffectivePolicyCommand({ PolicyType, TargetId })
      const { EffectivePolicy } = await client.send(asked)
      return JSON.parse(EffectivePolicy?.PolicyContent ?? "null") as unknown
    },
  }
  return { ...opened, root, ...policies }
}

/** An IAM policy of one statement about all resources. */
export const statement = (said: object): object => ({
  Version: "2012-10-17",
  Statement: [{ Resource: "*", ...said }],
})
