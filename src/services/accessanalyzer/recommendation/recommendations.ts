import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { heldPolicies } from "../../iam/port.ts"
import { analyzerOfArn, onAnalyzerArn, type Analyzer } from "../analyzer/analyzer.ts"
import { op, type In, type Out } from "../define.ts"
import { invalid, missing } from "../errors.ts"
import { pageOf } from "../paging.ts"
import { unusedFindings, type UnusedFinding } from "../unused/unused-finding.ts"
import { narrowed } from "./narrowing.ts"
import { recommendations, type Step } from "./recommendation.ts"

type Named = Pick<In<"GenerateFindingRecommendation">, "analyzerArn" | "id">

/** Throws ResourceNotFoundException, and ValidationException for findings of another type. */
function permissionFinding(tx: ReadTx, { analyzerArn, id }: Named, call: Call) {
  const analyzer = analyzerOfArn(tx, analyzerArn, call)
  const finding = tx.get(unusedFindings, [analyzer.id, id])
  if (!finding) throw missing("Finding", id)
  if (finding.type !== "UnusedPermission")
    throw invalid("id", "Recommendations are made for findings of unused permissions only.")
  return { analyzer, finding }
}

/** It is made at once: AWS takes some time. */
export const GenerateFindingRecommendation = op.write("GenerateFindingRecommendation", {
  authorize: onAnalyzerArn,
  run(tx, input, call): Out<"GenerateFindingRecommendation"> {
    const { analyzer, finding } = permissionFinding(tx, input, call)
    const { id, resource } = finding
    const steps = stepsFor(tx, finding)
    tx.put(recommendations, { analyzerId: analyzer.id, id, resource, startedMs: tx.now, steps })
    return {}
  },
})

/** Policies of groups are others' as well: nothing is recommended about them. */
function stepsFor(tx: ReadTx, { owner, resource, services = [] }: UnusedFinding): readonly Step[] {
  const unused = new Map(services.map((one) => [one.namespace, one.actions]))
  const isUsed = (action: string): boolean => {
    const [namespace = "", name] = action.split(":")
    if (!unused.has(namespace)) return true
    const actions = unused.get(namespace)
    return actions !== undefined && !actions.some((one) => one.name.toLowerCase() === name)
  }
  return heldPolicies(tx, owner, resource).flatMap(({ id: policy, text }) => {
    const replacement = narrowed(text, isUsed)
    return replacement === text ? [] : [{ policy, replacement }]
  })
}

export const GetFindingRecommendation = op.read("GetFindingRecommendation", {
  authorize: onAnalyzerArn,
  run(tx, input, call): Out<"GetFindingRecommendation"> {
    const { startedMs, resource, steps } = findRecommendation(tx, input, call)
    const { items, more } = pageOf(steps, input)
    return {
      ...{ startedAt: startedMs, completedAt: startedMs, resourceArn: resource },
      recommendationType: "UnusedPermissionRecommendation",
      status: "SUCCEEDED",
      recommendedSteps: items.map(({ policy: existingPolicyId, replacement }) => ({
        unusedPermissionsRecommendedStep: {
          recommendedAction: replacement === undefined ? "DETACH_POLICY" : "CREATE_POLICY",
          ...(replacement !== undefined && { recommendedPolicy: replacement }),
          existingPolicyId,
        },
      })),
      ...more,
    }
  },
})

function findRecommendation(tx: ReadTx, input: Named, call: Call) {
  const analyzer: Analyzer = analyzerOfArn(tx, input.analyzerArn, call)
  const found = tx.get(recommendations, [analyzer.id, input.id])
  // Not verified: what AWS answers before anybody asked for one.
  if (!found) throw missing("Finding", input.id)
  return found
}
